import { expect, test } from 'vitest';
import { createCourse } from '../support/course.ts';
import { newGate } from '../support/gate.ts';
import { bearer, openTestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';
import { oldPackage } from '../words/anki-deck.ts';
import { arrivingSlowly, openImportApp } from '../words/import-app.ts';
import { openIssuer } from './issuer.ts';

const DECK = { types: { Basic: ['Front', 'Back'] }, notes: [{ type: 'Basic', fields: ['casa', 'house'] }] };

test('words go in and out only by those who may change or read the profile', async () => {
  const issuer = await openIssuer();
  const { app, store } = await openTestApp({ authenticate: issuer.authenticate });
  await createCourse(store, { id: 'hers', teaching: 1 });
  await store.updateProfile('hers', { ownerId: 'alice' });
  const deck = new Uint8Array(await oldPackage(DECK));

  async function answers(token: string) {
    const send = async (path: string, init: RequestInit = {}) => {
      const headers = { ...bearer(token), 'content-type': 'application/octet-stream' };
      const response = await app.fetch(`http://127.0.0.1${path}`, { ...init, headers });
      return [response.status, /"code":"(\w+)"/.exec(await response.text())?.[1] ?? null];
    };
    return {
      exported: await send('/export/hers.csv'),
      learned: await send('/export/hers.json'),
      described: await send('/import/anki?profile=hers', { method: 'POST', body: deck }),
      imported: await send('/import/anki?profile=hers&text=Front', { method: 'POST', body: deck }),
    };
  }

  const ok = [200, null];
  const missing = [404, 'PROFILE_NOT_FOUND'];
  const forbidden = [403, 'FORBIDDEN'];
  expect(await answers(await issuer.token('bob', 'learner'))).toEqual({
    exported: missing,
    learned: missing,
    described: missing,
    imported: missing,
  });
  expect(await answers(await issuer.token('dashboard', 'reader'))).toEqual({
    exported: ok,
    learned: ok,
    described: forbidden,
    imported: forbidden,
  });
  expect(await store.wordCounts(['hers'])).toEqual([{ pending: 0, teaching: 1, learned: 0 }]);
  for (const token of [await issuer.token('alice', 'learner'), await issuer.token('backend', 'service')]) {
    expect(await answers(token)).toEqual({ exported: ok, learned: ok, described: ok, imported: ok });
  }
  expect(await store.wordCounts(['hers'])).toEqual([{ pending: 1, teaching: 1, learned: 0 }]);
});

test('a learner that sends two packages slowly can send no third one, and others can send theirs', async () => {
  const issuer = await openIssuer();
  const { app, store, packageFiles } = await openImportApp({ authenticate: issuer.authenticate });
  await store.updateProfile('course', { ownerId: 'one' });
  const deck = new Uint8Array(await oldPackage(DECK));
  const rest = newGate();
  const slowly = () => arrivingSlowly(deck, rest.opened);
  const [one, other] = await Promise.all([issuer.token('one', 'learner'), issuer.token('other', 'service')]);
  const send = (token = '', body: BodyInit = deck) => {
    const headers = { ...bearer(token), 'content-type': 'application/octet-stream' };
    const init: RequestInit & { duplex: 'half' } = { method: 'POST', headers, body, duplex: 'half' };
    return app.fetch('http://127.0.0.1/import/anki?profile=course', init);
  };
  const slow = [send(one, slowly()), send(one, slowly())];
  await until(async () => (await packageFiles()).length === 2);

  const refused = await send(one);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '5']);
  const { errors } = await refused.json();
  expect(errors).toMatchObject([{ extensions: { code: 'TOO_MANY_REQUESTS', retryable: true } }]);
  expect(errors[0].message).toMatch(/^You are sending or importing 2 packages already/);
  expect((await send(other)).status).toBe(200);
  expect(await packageFiles()).toHaveLength(2);

  rest.open();
  for (const response of slow) expect((await response).status).toBe(200);
  for (const response of [send(one), send(one)]) expect((await response).status).toBe(200);
});
