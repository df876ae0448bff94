import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Store } from '../../src/ports/store.ts';
import { present } from '../contract/samples.ts';
import { type Emulator, startEmulator } from '../emulators/cosmos-emulator.ts';
import { graphql } from '../generated/index.ts';
import { fastClock } from '../support/clocks.ts';
import { createCourse } from '../support/course.ts';
import { seededRandom } from '../support/random.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { openTestApp } from '../support/test-app.ts';
import { behindProxy } from './behind-proxy.ts';
import type { Fault } from './faulty-proxy.ts';
import { OlderService } from './older-service.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

const Ensure = graphql(`
  mutation EnsureOnCosmos($id: ID!, $min: Int!) {
    ensureDialogs(profileId: $id, min: $min) {
      created { id word { id } }
      unusedTotal
      outcome
      skipped { word { id } reason }
    }
  }
`);

const Claim = graphql(`
  mutation ClaimOnCosmos($id: ID!, $count: Int!) {
    claimDialogs(profileId: $id, count: $count) { id word { id } createdAt }
  }
`);

const Course = graphql(`
  query CourseOnCosmos($id: ID!) {
    profile(id: $id) {
      name
      level
      minDialogs
      createdAt
      pool { unusedTotal usedTotal min shortfall wordCounts { pending teaching learned } }
      words(first: 50) { edges { node { id text state createdAt unusedDialog { id } } } }
    }
  }
`);

/** All dialogs of the course, and that no word has two unused ones. */
async function checkedDialogs(store: Store) {
  const { nodes } = await store.dialogPage('course', null, { first: 100, after: null });
  const unused = nodes.filter((dialog) => !dialog.isUsed);
  expect(new Set(unused.map((dialog) => dialog.wordId)).size).toBe(unused.length);
  return { all: nodes, unused };
}

test('a pool of the older service is read, topped up and claimed, and its documents are kept whole', async () => {
  const { store, direct } = await behindProxy(emulator);
  const older = new OlderService(direct.database);
  const profile = { id: 'ana', name: 'Ana', native_language: 'en', target_language: 'es', streak: 3 };
  await older.write('profiles', profile);
  const words = Array.from({ length: 20 }, (_, index) => ({
    id: `${index}f-word`,
    profile_id: 'ana',
    text: `palabra ${index}`,
    state: index < 4 ? 'archived' : index < 8 ? 'learned' : index < 12 ? 'teaching' : 'pending',
    ...(index % 2 === 0 && { created_at: `2023-04-05T06:07:${index + 10}.123456+00:00`, tags: [index] }),
  }));
  for (const word of words) await older.write('words', word);
  const dialogs = [8, 13].map((index) => ({
    id: `dialog-of-${index}`,
    profile_id: 'ana',
    word_id: `${index}f-word`,
    is_used: false,
    turns: [{ speaker: 'A', text: 'Hola', translation: 'Hello', emotion: 'glad' }],
    ...(index === 8 && { created_at: '2023-05-01T00:00:00', cost: { tokens: 9 } }),
  }));
  for (const dialog of dialogs) await older.write('dialogs', dialog);

  const app = await openTestApp({ store, generator: scriptedGenerator() });
  const { profile: course } = await app.ask(Course, { id: 'ana' });
  expect(course).toMatchObject({
    name: 'Ana',
    level: null,
    minDialogs: 12,
    pool: {
      unusedTotal: 2,
      usedTotal: 0,
      shortfall: 10,
      wordCounts: { pending: 8, teaching: 4, learned: 4 },
    },
  });
  expect(course?.words.edges).toHaveLength(16);

  const { ensureDialogs } = await app.ask(Ensure, { id: 'ana', min: 12 });
  expect(ensureDialogs).toMatchObject({ unusedTotal: 12, outcome: 'SATISFIED' });
  const made = ensureDialogs.created.map(({ word }) => word?.id ?? '');
  expect(new Set(made).size).toBe(10);
  const taught = words.slice(8).filter(({ id }) => id !== '8f-word' && id !== '13f-word');
  expect([...made].sort()).toEqual(taught.map(({ id }) => id).sort());

  const { claimDialogs } = await app.ask(Claim, { id: 'ana', count: 12 });
  expect(claimDialogs).toHaveLength(12);
  expect(claimDialogs[0]?.id).toBe('dialog-of-8');
  for (const dialog of dialogs)
    expect(await older.read('dialogs', 'ana', dialog.id)).toEqual({
      ...dialog,
      is_used: true,
      used_at: expect.any(String),
      claim_token: expect.any(String),
    });
  for (const word of words) expect(await older.read('words', 'ana', word.id)).toEqual(word);
  expect(await older.read('profiles', 'ana', 'ana')).toEqual(profile);
});

describe('while the store fails one request in six', () => {
  const faults: readonly Fault[] = [
    { kind: 'status', status: 429, retryAfterMs: 10 },
    { kind: 'status', status: 503 },
    { kind: 'status', status: 500 },
    { kind: 'status', status: 449 },
    { kind: 'status', status: 408 },
    { kind: 'reset' },
    { kind: 'swallow' },
    { kind: 'garble' },
  ];
  /** Long enough for some retries and too short for all: so callers are refused too. */
  const limits = { attempt: 2000, request: 120 };

  test.each([1, 2, 3, 4])(
    'nothing is doubled or lost, and the pool is filled once that ends (seed %i)',
    async (seed) => {
      const { store, proxy, direct, another } = await behindProxy(emulator, { limits });
      await createCourse(direct.store, { teaching: 15, pending: 15 });
      const clock = fastClock(20);
      const generator = scriptedGenerator();
      const apps = [];
      for (const one of [store, await another(), await another()])
        apps.push(await openTestApp({ store: one, generator, clock }));
      const random = seededRandom(seed);
      proxy.harm = () => (random() < 1 / 6 ? present(faults[Math.floor(random() * faults.length)]) : null);

      const answers = await Promise.all(
        apps.flatMap((app) => [
          app.send(Ensure, { id: 'course', min: 12 }),
          app.send(Claim, { id: 'course', count: 2 }),
          app.send(Ensure, { id: 'course', min: 10 }),
        ]),
      );
      for (const { errors } of answers)
        for (const { extensions } of errors)
          expect(extensions).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
      const claimed = answers.flatMap(({ data }) =>
        data && 'claimDialogs' in data ? data.claimDialogs.map(({ id }) => id) : [],
      );
      expect(new Set(claimed).size).toBe(claimed.length);

      proxy.harm = null;
      const { all } = await checkedDialogs(direct.store);
      const taken = all.filter((dialog) => dialog.isUsed).map(({ id }) => id);
      expect(taken).toEqual(expect.arrayContaining(claimed));
      const app = await openTestApp({ store: direct.store, generator, clock });
      const { ensureDialogs } = await app.ask(Ensure, { id: 'course', min: 12 });
      expect(ensureDialogs).toMatchObject({ unusedTotal: 12, outcome: 'SATISFIED' });
      expect((await checkedDialogs(direct.store)).unused).toHaveLength(12);
    },
  );
});
