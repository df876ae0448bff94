import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { frozenClock } from '../support/clocks.ts';
import { accepted, ask, opened, refused } from './asked-with-token.ts';
import { openIssuer } from './issuer.ts';

describe('the keys of an issuer', () => {
  test('are fetched once for 50 requests at once, and once more for 50 unknown key ids', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const { app, issuer } = await opened();
    const good = await issuer.token('a', 'service');
    const all = await Promise.all(Array.from({ length: 50 }, () => ask(app, `Bearer ${good}`)));
    for (const answer of all) expect(answer).toMatchObject(accepted);
    expect(issuer.fetches()).toBe(1);
    vi.setSystemTime(Date.now() + 31_000);
    const unknown = await Promise.all(
      Array.from({ length: 50 }, (_, i) => issuer.token('a', 'service', { header: { kid: `unknown-${i}` } })),
    );
    for (const answer of await Promise.all(unknown.map((token) => ask(app, `Bearer ${token}`)))) {
      expect(answer).toMatchObject(refused);
    }
    expect(issuer.fetches()).toBe(2);
  });

  test('are not fetched for unknown key ids within 30 seconds', async () => {
    const { app, issuer } = await opened();
    for (let i = 0; i < 50; i += 1) {
      const token = await issuer.token('a', 'service', { header: { kid: `unknown-${i}` } });
      expect(await ask(app, `Bearer ${token}`)).toMatchObject(refused);
    }
    expect(issuer.fetches()).toBe(1);
  });

  test('are fetched again when the issuer has rotated them', async () => {
    const { app, issuer } = await opened(await openIssuer({ cooldownMs: 0 }));
    const before = await issuer.token('a', 'service');
    expect(await ask(app, `Bearer ${before}`)).toMatchObject(accepted);
    await issuer.rotate();
    expect(await ask(app, `Bearer ${await issuer.token('a', 'service')}`)).toMatchObject(accepted);
    expect(await ask(app, `Bearer ${before}`)).toMatchObject(refused);
  });

  test('that cannot be fetched or used lead to 503 and not to 401', async () => {
    for (const response of [
      { status: 500, body: '' },
      { status: 302, body: '' },
      { status: 200, body: 'no JSON' },
      { status: 200, body: '{}' },
      { status: 200, body: `{"keys":[${'{"kty":"oct"},'.repeat(30_000)}{}]}` },
    ]) {
      const clock = frozenClock();
      const { app, issuer } = await opened(await openIssuer({ clock }));
      issuer.answerWith(response);
      const token = await issuer.token('a', 'service');
      const answers = await Promise.all(Array.from({ length: 50 }, () => ask(app, `Bearer ${token}`)));
      for (const answer of answers) {
        expect(answer, JSON.stringify(response).slice(0, 60)).toMatchObject({
          status: 503,
          code: 'AUTHENTICATION_UNAVAILABLE',
          challenge: null,
        });
      }
      expect(issuer.fetches()).toBe(1);
      expect(issuer.log.lines).toHaveLength(1);
      clock.move(1_000);
      expect(await ask(app, `Bearer ${token}`)).toMatchObject({ status: 503 });
      expect(issuer.fetches()).toBe(2);
      issuer.answerWith(null);
      clock.move(1_000);
      expect(await ask(app, `Bearer ${token}`)).toMatchObject(accepted);
      expect(issuer.log.lines[0]).toContain('warn the keys that verify tokens cannot be fetched or used');
    }
  });

  test('that are broken lead to 503, and are used as soon as they are right', async () => {
    const { app, issuer } = await opened(await openIssuer({ cooldownMs: 0 }));
    const kid = 'key-1';
    issuer.answerWith({
      status: 200,
      body: JSON.stringify({ keys: [{ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', kid, alg: 'ES256' }] }),
    });
    const token = await issuer.token('a', 'service');
    expect(await ask(app, `Bearer ${token}`)).toMatchObject({ status: 503 });
    issuer.answerWith(null);
    await issuer.rotate();
    expect(await ask(app, `Bearer ${await issuer.token('a', 'service')}`)).toMatchObject(accepted);
  });
});
