import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../emulators/cosmos-emulator.ts';
import { graphql } from '../generated/index.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { openTestApp } from '../support/test-app.ts';
import { behindProxy } from './behind-proxy.ts';
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
