import { createPublicKey } from 'node:crypto';
import { exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../../src/adapters/system/system-clock.ts';
import { acceptTokens } from '../../src/http/authentication/json-web-tokens.ts';
import { graphql } from '../generated/index.ts';
import { frozenClock } from '../support/clocks.ts';
import { createCourse } from '../support/course.ts';
import { openTestApp, type TestApp } from '../support/test-app.ts';
import { type Issuer, openIssuer, RULES } from './issuer.ts';

const List = graphql(`
  query ListWithToken { profiles { edges { node { id } } } }
`);

async function opened(issuer?: Issuer): Promise<{ app: TestApp; issuer: Issuer }> {
  const trusted = issuer ?? (await openIssuer());
  const app = await openTestApp({ authenticate: trusted.authenticate });
  await createCourse(app.store);
  return { app, issuer: trusted };
}

/** The status and the code of the answer to a request with this header. */
async function ask({ app }: TestApp, authorization: string | null) {
  const response = await app.fetch('http://127.0.0.1/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization !== null && { authorization }) },
    body: JSON.stringify({ query: List.toString() }),
  });
  const { errors, data } = await response.json();
  return {
    status: response.status,
    code: errors?.[0].extensions.code,
    message: errors?.[0].message,
    challenge: response.headers.get('www-authenticate'),
    data,
  };
}

const accepted = { status: 200, data: { profiles: { edges: [{ node: { id: 'course' } }] } } };
const refused = { status: 401, code: 'UNAUTHENTICATED' };

describe('a token is accepted', () => {
  test.each(['RS256', 'PS384', 'ES256', 'ES512', 'EdDSA'])('with a signature by %s', async (alg) => {
    const { app, issuer } = await opened(await openIssuer({ alg }));
    expect(await ask(app, `Bearer ${await issuer.token('frontend', ['service'])}`)).toMatchObject(accepted);
    expect(await ask(app, `bearer  ${await issuer.token('frontend', 'x service')}`)).toMatchObject(accepted);
  });

  test('with its roles in a claim with dots in its name, or below other claims', async () => {
    for (const rolesClaim of ['https://dialogs.example/roles', 'realm_access.roles']) {
      const { app, issuer } = await opened(await openIssuer({ rolesClaim }));
      expect(await ask(app, `Bearer ${await issuer.token('a', ['service'])}`)).toMatchObject(accepted);
    }
    const { app, issuer } = await opened(await openIssuer({ rolesClaim: 'realm_access.roles' }));
    const claims = { 'realm_access.roles': undefined, realm_access: { roles: ['service'] } };
    expect(await ask(app, `Bearer ${await issuer.token('a', [], { claims })}`)).toMatchObject(accepted);
  });

  test('if it is 8 KB long, and refused if it is longer', async () => {
    const { app, issuer } = await opened();
    const long = async (padding: number) =>
      await issuer.token('frontend', ['service'], { claims: { padding: 'x'.repeat(padding) } });
    const base = (await long(0)).length;
    // Base64 makes four characters of three.
    const longest = await long(Math.floor(((8192 - base) * 3) / 4));
    expect(longest.length).toBeGreaterThan(8180);
    expect(longest.length).toBeLessThanOrEqual(8192);
    expect(await ask(app, `Bearer ${longest}`)).toMatchObject(accepted);
    expect(await ask(app, `Bearer ${await long(7000)}`)).toMatchObject({
      ...refused,
      message: 'The token is longer than 8192 characters.',
    });
  });

  test('up to 30 seconds after it has expired, because clocks differ', async () => {
    const { app, issuer } = await opened();
    const now = Math.floor(Date.now() / 1000);
    const expired = (seconds: number) => issuer.token('a', ['service'], { claims: { exp: now - seconds } });
    expect(await ask(app, `Bearer ${await expired(5)}`)).toMatchObject(accepted);
    expect(await ask(app, `Bearer ${await expired(40)}`)).toMatchObject(refused);
  });
});

describe('a token is refused with 401', () => {
  const now = () => Math.floor(Date.now() / 1000);
  const claim = (name: string) =>
    `The claim ${name} of the token is missing or not the one that this server expects.`;
  const malformed = 'The token is malformed, or its signature does not match.';
  const algorithms =
    'The token must be signed with one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519.';

  test.each<[fault: string, message: string, token: (issuer: Issuer) => Promise<string> | string]>([
    [
      'with another audience',
      claim('aud'),
      ({ token }) => token('a', 'service', { claims: { aud: 'other' } }),
    ],
    ['with another issuer', claim('iss'), ({ token }) => token('a', 'service', { claims: { iss: 'other' } })],
    ['without an expiry', claim('exp'), ({ token }) => token('a', 'service', { claims: { exp: undefined } })],
    ['without a subject', claim('sub'), ({ token }) => token('a', 'service', { claims: { sub: undefined } })],
    [
      'with a subject of 256 characters',
      'The sub of the token must be a text of 1 to 255 characters without control characters.',
      ({ token }) => token('a'.repeat(256), 'service'),
    ],
    [
      'that has expired',
      'The token has expired. Get a new one.',
      ({ token }) => token('a', 'service', { claims: { exp: now() - 60 } }),
    ],
    [
      'that is not valid yet',
      'The token is not valid yet.',
      ({ token }) => token('a', 'service', { claims: { nbf: now() + 60 } }),
    ],
    [
      'with an expiry that is a text',
      claim('exp'),
      ({ token }) => token('a', 'service', { claims: { exp: 'tomorrow' } }),
    ],
    [
      'without a signature (alg none)',
      algorithms,
      () =>
        new UnsecuredJWT({ roles: ['service'] })
          .setSubject('a')
          .setIssuer(RULES.issuer)
          .setAudience(RULES.audience)
          .setExpirationTime('1h')
          .encode(),
    ],
    [
      'signed by HS256 with the public key as the secret',
      algorithms,
      async (issuer) => {
        const secret = new TextEncoder().encode(await exportSPKI(await issuer.publicKey()));
        return issuer.token('a', 'service', { header: { alg: 'HS256' }, key: secret });
      },
    ],
    [
      "signed by someone else with the issuer's key id",
      malformed,
      async ({ token }) => token('a', 'service', { key: (await generateKeyPair('ES256')).privateKey }),
    ],
    [
      'with a key id that the issuer does not have',
      'No key of the issuer has the key id of the token.',
      ({ token }) => token('a', 'service', { header: { kid: 'unknown' } }),
    ],
    ['that is no token', malformed, () => 'x'],
    ['of three empty parts', malformed, () => '..'],
    ['of five parts', malformed, () => 'a.b.c.d.e'],
    [
      'with a header that is no object',
      malformed,
      () => `${Buffer.from('null').toString('base64url')}.e30.x`,
    ],
    [
      'with braces that nest 6,000 deep',
      malformed,
      () => `${Buffer.from('['.repeat(6000)).toString('base64url')}.e30.x`,
    ],
    [
      'with a changed payload',
      malformed,
      async ({ token }) => {
        const [header, payload = '', signature] = (await token('a', 'learner')).split('.');
        const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
        const forged = Buffer.from(JSON.stringify({ ...claims, roles: ['service'] })).toString('base64url');
        return `${header}.${forged}.${signature}`;
      },
    ],
    [
      'with an extension that must be understood',
      malformed,
      async () => {
        const { privateKey } = await generateKeyPair('ES256');
        return new SignJWT({})
          .setProtectedHeader({ alg: 'ES256', crit: ['b64'], b64: true })
          .sign(privateKey);
      },
    ],
  ])('%s', async (_, message, token) => {
    const { app, issuer } = await opened();
    const answer = await ask(app, `Bearer ${await token(issuer)}`);
    expect(answer).toMatchObject({ ...refused, message });
    expect(answer.challenge).toBe(
      `Bearer realm="dialog-pool", error="invalid_token", error_description="${message}"`,
    );
    expect(answer.data).toBeUndefined();
  });

  test('if there is none, or the header has another form', async () => {
    const { app } = await opened();
    expect(await ask(app, null)).toMatchObject({ ...refused, challenge: 'Bearer realm="dialog-pool"' });
    for (const header of [
      '',
      'Bearer',
      'Bearer ',
      'Basic YTpi',
      'Bearer a b',
      'Bearer a, Bearer b',
      'x'.repeat(9000),
    ]) {
      expect(await ask(app, header), header.slice(0, 20)).toMatchObject(refused);
    }
  });
});

test('with one public key, HS256 with that key as the secret and tokens without a signature are refused too', async () => {
  for (const alg of ['RS256', 'ES256', 'EdDSA']) {
    const issuer = await openIssuer({ alg });
    const pem = await exportSPKI(await issuer.publicKey());
    const authenticate = acceptTokens(createPublicKey(pem), RULES, systemClock);
    const { app } = await opened({ ...issuer, authenticate });
    expect(await ask(app, `Bearer ${await issuer.token('a', 'service')}`)).toMatchObject(accepted);
    const secret = new TextEncoder().encode(pem);
    const forged = [
      await issuer.token('a', 'service', { header: { alg: 'HS256' }, key: secret }),
      (await issuer.token('a', 'service')).replace(
        /^[^.]+/,
        Buffer.from('{"alg":"none"}').toString('base64url'),
      ),
    ];
    for (const token of forged) {
      const answer = await ask(app, `Bearer ${token}`);
      expect(answer).toMatchObject(refused);
      expect(answer.message).toContain('The token must be signed with one of RS256');
    }
    expect(issuer.fetches()).toBe(0);
  }
});

test('a token without a role is refused with 403', async () => {
  const { app, issuer } = await opened();
  for (const roles of [[], ['admin'], 'services', ['Service'], undefined, 5, { service: true }]) {
    const token = await issuer.token('a', [], { claims: { roles } });
    expect(await ask(app, `Bearer ${token}`)).toMatchObject({
      status: 403,
      code: 'FORBIDDEN',
      challenge: null,
      message: 'The token has none of the roles service, reader, learner in its claim roles.',
    });
  }
});

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
