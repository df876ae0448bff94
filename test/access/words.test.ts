import { expect, test } from 'vitest';
import { createCourse } from '../support/course.ts';
import { bearer, openTestApp } from '../support/test-app.ts';
import { oldPackage } from '../words/anki-deck.ts';
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
