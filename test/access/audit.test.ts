import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/system/system-clock.ts';
import { logRequests } from '../../src/http/access-log.ts';
import { createCourse } from '../support/course.ts';
import { listen } from '../support/listen.ts';
import { bearer, openTestApp } from '../support/test-app.ts';
import { openIssuer } from './issuer.ts';

async function opened({ isOpen = false } = {}) {
  const issuer = await openIssuer();
  const app = await openTestApp({ authenticate: isOpen ? null : issuer.authenticate });
  await createCourse(app.store, { id: 'mine', ownerId: 'alice', teaching: 1 });
  await createCourse(app.store, { id: 'theirs', ownerId: 'bob' });
  const url = await listen(logRequests(app.app, { log: app.log, clock: systemClock, newId: randomUUID }));
  return {
    issuer,
    /** Sends a document, and returns the audit lines that it leads to. */
    async linesOf(query: string, token?: string): Promise<unknown[]> {
      const before = app.log.lines.length;
      const headers = { 'content-type': 'application/json', ...bearer(token) };
      await (await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) })).text();
      const lines = app.log.lines.slice(before);
      for (const line of lines) expect(line).not.toContain('SECRET');
      return lines
        .filter((line) => line.startsWith('info audit '))
        .map((line) => JSON.parse(line.slice('info audit '.length)));
    },
  };
}

test('each mutation is logged with its subject, operation, profile and outcome, and without its content', async () => {
  const { issuer, linesOf } = await opened();
  const alice = await issuer.token('alice', 'learner');
  const change = `mutation Change {
    updateProfile(id: "mine", input: { name: "SECRET" }) { id }
    addWords(profileId: "mine", words: [{ text: "SECRET" }]) { added { id } }
    claimDialogs(profileId: "mine", claimKey: "SECRET") { id }
  }`;
  const by = { subject: 'alice', role: 'learner', operation: 'Change', profileId: 'mine', outcome: 'OK' };
  expect(await linesOf(change, alice)).toEqual(
    ['updateProfile', 'addWords', 'claimDialogs'].map((mutation) => ({ ...by, mutation })),
  );
  const create =
    'mutation { createProfile(input: { id: "new", name: "SECRET", nativeLanguage: "en", targetLanguage: "es" }) { id } }';
  expect(await linesOf(create, alice)).toEqual([
    { subject: 'alice', role: 'learner', mutation: 'createProfile', profileId: 'new', outcome: 'OK' },
  ]);
  expect(await linesOf('{ profiles { edges { node { id } } } }', alice)).toEqual([]);
});

test('a new profile without an id is logged with the id that it got', async () => {
  const { issuer, linesOf } = await opened();
  const create =
    'mutation { createProfile(input: { name: "SECRET", nativeLanguage: "en", targetLanguage: "es" }) { id } }';
  expect(await linesOf(create, await issuer.token('backend', 'service'))).toEqual([
    expect.objectContaining({ subject: 'backend', profileId: expect.stringMatching(/^[\da-f-]{36}$/) }),
  ]);
});

test('refused mutations are logged with the code of their error', async () => {
  const { issuer, linesOf } = await opened();
  const change = 'mutation { updateProfile(id: "theirs", input: { name: "SECRET" }) { id } }';
  const outcomes = async (subject: string, role: string) =>
    (await linesOf(change, await issuer.token(subject, role))).map((line) => Object(line).outcome);
  expect(await outcomes('alice', 'learner')).toEqual(['PROFILE_NOT_FOUND']);
  expect(await outcomes('dashboard', 'reader')).toEqual(['FORBIDDEN']);
  expect(await outcomes('bob', 'learner')).toEqual(['OK']);
  expect(await linesOf(change)).toEqual([]);
});

test('a line repeats at most 128 characters of an id', async () => {
  const { issuer, linesOf } = await opened();
  const change = `mutation { deleteProfile(id: "${'x'.repeat(10_000)}") }`;
  const [line] = await linesOf(change, await issuer.token('alice', 'learner'));
  expect(Object(line).profileId).toBe('x'.repeat(128));
});

test('if the server does not ask who calls, there is nobody to log', async () => {
  const { linesOf } = await opened({ isOpen: true });
  expect(await linesOf('mutation { updateProfile(id: "mine", input: { name: "SECRET" }) { id } }')).toEqual(
    [],
  );
});
