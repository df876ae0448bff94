import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { inProcessEvents } from '../../src/adapters/system/in-process-events.ts';
import { systemClock } from '../../src/adapters/system/system-clock.ts';
import { createPool } from '../../src/pool/pool.ts';
import type { Store } from '../../src/ports/store.ts';
import type { DrawPosition, TaughtState } from '../../src/ports/words.ts';
import { idsOf, present, sampleDialog, second, storedWords } from '../contract/samples.ts';
import { type Emulator, startEmulator } from '../emulators/cosmos-emulator.ts';
import { choices } from '../support/choices.ts';
import { memoryLog } from '../support/memory-log.ts';
import { seededRandom } from '../support/random.ts';
import { runs } from '../support/runs.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { soleVersion } from '../support/sole-version.ts';
import { type OpenedCosmosStore, openedCosmosStore } from './opened-cosmos-store.ts';
import { writeRaw } from './raw-documents.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

type Fields = Readonly<Record<string, unknown>> & { readonly id: string };

/** Documents that other writers may have stored in a profile, without `profile_id`. */
interface Foreign {
  readonly words: readonly Fields[];
  readonly dialogs: readonly Fields[];
}

const ODD_IDS = [
  'a/b',
  'back\\slash',
  'what?.0',
  '#',
  '.',
  '..',
  '...',
  ' ',
  'behind ',
  ' before',
  '\t',
  '\u00a0',
  '%2F',
  "O'Brien",
  '界',
  '🙂.0',
  'x'.repeat(300),
];
const id = fc.oneof(fc.constantFrom(...ODD_IDS), fc.string({ minLength: 1, maxLength: 6 }));
const junk = fc.constantFrom<unknown>(undefined, null, 7, true, [], {}, ['x'], 'junk', '');
const date = fc.constantFrom<unknown>(
  '2025-01-01T00:00:00Z',
  '2026-01-01',
  'T'.repeat(3_000),
  '',
  undefined,
  5,
);

/** Usually a valid value, and sometimes another. */
function mostly<Value>(usual: fc.Arbitrary<Value>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 5, arbitrary: usual }, { weight: 1, arbitrary: junk });
}

const word = fc.record({
  id,
  text: mostly(fc.oneof(fc.stringMatching(/^[a-z]{3,8}$/), fc.constant('long '.repeat(1_000)))),
  state: mostly(fc.constantFrom('pending', 'teaching', 'learned', 'archived')),
  created_at: date,
});
const turn = fc.record({
  speaker: mostly(fc.constant('A')),
  text: mostly(fc.constantFrom('hola', 'x'.repeat(50_000))),
  translation: junk,
});
const dialog = fc.record({
  id,
  word_id: mostly(id),
  is_used: mostly(fc.boolean()),
  turns: mostly(fc.oneof(fc.array(mostly(turn), { maxLength: 3 }), fc.constant(Array(5_000).fill(7)))),
  generator: junk,
  trial: fc.oneof(junk, fc.record({ id: junk, arm: junk }), fc.constant({ id: 'm/v3', arm: 'challenger' })),
  ref_voice_id: mostly(fc.constant('voice')),
  created_at: date,
  used_at: date,
});
const unlike = { selector: (document: Fields) => document.id, maxLength: 8 };
const foreign: fc.Arbitrary<Foreign> = fc.record({
  words: fc.uniqueArray(word, unlike),
  dialogs: fc.uniqueArray(dialog, unlike),
});

function canBeReached(id: string): boolean {
  return !/[/\\?#]/.test(id) && !['.', '..'].includes(id) && !id.endsWith(' ') && id.trim() !== '';
}

function isWord({ id, text, state }: Fields): boolean {
  const hasState = ['pending', 'teaching', 'learned'].includes(`${state}`);
  return canBeReached(id) && typeof text === 'string' && text.length <= 400 && hasState;
}

function isDialog({ id, word_id, is_used }: Fields): boolean {
  return canBeReached(id) && typeof word_id === 'string' && typeof is_used === 'boolean';
}

/** The ids of all pages, in order. */
async function pages(
  read: (page: Parameters<Store['profilePage']>[0]) => Promise<{
    nodes: readonly { id: string; createdAt: Date }[];
    hasNextPage: boolean;
  }>,
): Promise<string[]> {
  const seen: string[] = [];
  for (let after: { createdAt: Date; id: string } | null = null; ; ) {
    const { nodes, hasNextPage } = await read({ first: 4, after });
    seen.push(...idsOf(nodes));
    if (!hasNextPage) return seen;
    const { createdAt, id } = present(nodes.at(-1));
    after = { createdAt, id };
  }
}

async function drawn(store: Store, profileId: string, state: TaughtState): Promise<string[]> {
  const ids: string[] = [];
  let position: DrawPosition | null = { start: 'm', after: null, wrapped: false };
  while (position !== null) {
    const draw = await store.drawWords(profileId, state, position, 3);
    ids.push(...idsOf(draw.words));
    position = draw.next;
  }
  return ids;
}

let profiles = 0;

async function play(
  { store, name, database }: OpenedCosmosStore,
  { words, dialogs }: Foreign,
): Promise<void> {
  const profileId = `profile-${++profiles}`;
  const ours = await storedWords(store, profileId, 4);
  const made = ours.slice(0, 2).map((one) => sampleDialog(one));
  for (const one of made) await store.createDialog(one);
  for (const one of words)
    await writeRaw(emulator, name, 'words', { ...one, profile_id: profileId }, profileId);
  for (const one of dialogs)
    await writeRaw(emulator, name, 'dialogs', { ...one, profile_id: profileId }, profileId);

  const theirWords = words.filter(isWord);
  const theirDialogs = dialogs.filter(isDialog);
  const wordsIn = (state: string) => [
    ...(state === 'teaching' ? idsOf(ours) : []),
    ...idsOf(theirWords.filter((one) => one.state === state)),
  ];
  const unused = [...idsOf(made), ...idsOf(theirDialogs.filter((one) => one.is_used === false))];
  const used = idsOf(theirDialogs.filter((one) => one.is_used === true));

  // Lists, counts and reads by key agree on which documents are valid.
  expect((await pages((page) => store.wordPage(profileId, null, page))).sort()).toEqual(
    [...idsOf(ours), ...idsOf(theirWords)].sort(),
  );
  expect(await store.wordCounts([profileId])).toEqual([
    {
      pending: wordsIn('pending').length,
      teaching: wordsIn('teaching').length,
      learned: wordsIn('learned').length,
    },
  ]);
  expect((await pages((page) => store.dialogPage(profileId, null, page))).sort()).toEqual(
    [...unused, ...used].sort(),
  );
  expect((await pages((page) => store.dialogPage(profileId, false, page))).sort()).toEqual(
    [...unused].sort(),
  );
  expect(
    (await pages((page) => store.silentDialogPage(profileId, page))).every((id) => unused.includes(id)),
  ).toBe(true);
  expect(await store.dialogCounts([profileId])).toEqual([{ unused: unused.length, used: used.length }]);
  const found = await store.words(words.map((one) => ({ profileId, wordId: one.id })));
  expect(found.flatMap((one) => one?.id ?? [])).toEqual(idsOf(theirWords));
  const read = await store.dialogs(dialogs.map((one) => ({ profileId, dialogId: one.id })));
  expect(read.flatMap((one) => one?.id ?? [])).toEqual(idsOf(theirDialogs));
  const allIds = [...idsOf(ours), ...idsOf(words)];
  const surveyed = await store.survey(profileId, allIds);
  expect(surveyed.unusedTotal).toBe(unused.length);
  const waiting = await store.unusedDialogs(allIds.map((wordId) => ({ profileId, wordId })));
  expect(surveyed.histories.map(({ hasUnusedDialog }) => hasUnusedDialog)).toEqual(
    waiting.map((one) => one !== null),
  );

  // A walk draws every word that can have dialogs, and a top-up pays for the dialogs that it stores and no more.
  const mayGetDialogs = (wordId: string) => wordId.length <= 250;
  for (const state of ['teaching', 'pending'] as const)
    expect((await drawn(store, profileId, state)).sort()).toEqual(
      wordsIn(state).filter(mayGetDialogs).sort(),
    );
  const generator = scriptedGenerator();
  const pool = createPool({
    ...choices,
    store,
    generator,
    prompts: soleVersion(generator),
    clock: systemClock,
    log: memoryLog(),
    events: inProcessEvents(memoryLog()),
    prices: null,
    random: seededRandom(profiles),
    newId: () => crypto.randomUUID(),
  });
  const toppedUp = await pool.ensureDialogs(profileId, unused.length + 3);
  expect(toppedUp.created.length).toBeGreaterThanOrEqual(2);
  expect(toppedUp.created.every((one) => mayGetDialogs(one.wordId) && canBeReached(one.wordId))).toBe(true);
  expect(generator.asked).toHaveLength(toppedUp.created.length);
  expect(toppedUp.unusedTotal).toBe(unused.length + toppedUp.created.length);

  // Claims return each dialog once, and end.
  const all = [...unused, ...idsOf(toppedUp.created)];
  const withKey = idsOf(await store.claimDialogs(profileId, 3, second(9), `key in ${profileId}`, 'key'));
  const rest = idsOf(await store.claimDialogs(profileId, 100, second(9), `rest of ${profileId}`));
  expect(withKey).toHaveLength(3);
  expect([...withKey, ...rest].sort()).toEqual(all.sort());
  expect(await store.claimDialogs(profileId, 100, second(9), `none of ${profileId}`)).toEqual([]);
  expect(idsOf(await store.claimDialogs(profileId, 3, second(9), `again in ${profileId}`, 'key'))).toEqual(
    withKey,
  );

  // Invalid documents are unchanged.
  for (const [container, documents, isOurs] of [
    ['words', words, isWord],
    ['dialogs', dialogs, isDialog],
  ] as const) {
    const query = `SELECT * FROM c WHERE c.profile_id = '${profileId}'`;
    const { resources } = await database.container(container).items.query<Fields>(query).fetchAll();
    for (const one of documents.filter((document) => !isOurs(document)))
      expect(resources.find(({ id }) => id === one.id)).toMatchObject(JSON.parse(JSON.stringify(one)));
  }
}

describe('whatever other writers have stored,', () => {
  test('lists, counts, draws, surveys, top-ups and claims agree on which documents are valid, and end', async () => {
    const opened = await openedCosmosStore(emulator);
    onTestFinished(() => opened.dispose());
    await fc.assert(
      fc.asyncProperty(foreign, (drawn) => play(opened, drawn)),
      { numRuns: runs({ usual: 4, deep: 40 }), seed: 11 },
    );
  });
});
