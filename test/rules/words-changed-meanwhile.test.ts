import { describe, expect, test } from 'vitest';
import type { DialogRequest } from '../../src/ports/generator.ts';
import { present } from '../contract/samples.ts';
import { graphql } from '../generated/index.ts';
import { createCourse } from '../support/course.ts';
import { newGate } from '../support/gate.ts';
import { seededRandom } from '../support/random.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { STORES } from '../support/stores.ts';
import { openTestApp, tempSqliteStore } from '../support/test-app.ts';
import { traced, untilQuiet } from '../support/traced-store.ts';
import { until } from '../support/until.ts';

const Ensure = graphql(`
  mutation EnsureMeanwhile($id: ID!, $min: Int!) {
    ensureDialogs(profileId: $id, min: $min) {
      created { word { id } }
      unusedTotal
      spend { calls }
      skipped { word { id } reason }
    }
  }
`);
const Learn = graphql(`
  mutation LearnMeanwhile($id: ID!, $wordIds: [ID!]!) {
    setWordState(profileId: $id, wordIds: $wordIds, state: LEARNED) { id }
  }
`);
const Remove = graphql(`
  mutation RemoveMeanwhile($id: ID!, $wordIds: [ID!]!) { removeWords(profileId: $id, wordIds: $wordIds) }
`);
const AddAgain = graphql(`
  mutation AddMeanwhile($id: ID!, $words: [WordInput!]!) {
    addWords(profileId: $id, words: $words) { added { id } }
  }
`);
const TeachAgain = graphql(`
  mutation TeachMeanwhile($id: ID!, $wordIds: [ID!]!) {
    setWordState(profileId: $id, wordIds: $wordIds, state: TEACHING) { id }
  }
`);
const Change = graphql(`
  mutation ChangeMeanwhile($id: ID!, $wordIds: [ID!]!, $state: WordState!) {
    setWordState(profileId: $id, wordIds: $wordIds, state: $state) { id }
  }
`);

describe.each(STORES)('on $name, during a top-up', ({ open }) => {
  test('words that are learned or removed before their calls begin are not paid for', async () => {
    const store = await open();
    const { id, words } = await createCourse(store, { teaching: 12 });
    const wordIds = words.map((word) => word.id);
    let kept: string[] = [];
    const generator = scriptedGenerator(() => 'write', {
      concurrency: 1,
      async turn() {
        if (generator.asked.length !== 1) return;
        // The first dialog is being written. Of the others, only three words stay.
        const others = wordIds.filter((wordId) => wordId !== generator.asked[0]?.word.id);
        kept = others.slice(0, 3);
        await app.ask(Learn, { id, wordIds: others.slice(3, 8) });
        await app.ask(Remove, { id, wordIds: others.slice(8) });
      },
    });
    const app = await openTestApp({ store, generator });
    const { ensureDialogs } = await app.ask(Ensure, { id, min: 12 });
    const asked = generator.asked.map(({ word }) => word.id);
    expect(asked.slice(1).toSorted()).toEqual(kept.toSorted());
    expect(ensureDialogs.spend.calls).toBe(4);
    expect(ensureDialogs.unusedTotal).toBe(4);
    const { created, skipped } = ensureDialogs;
    expect(created.map(({ word }) => word?.id).toSorted()).toEqual(asked.toSorted());
    expect(new Set(skipped.map(({ reason }) => reason))).toEqual(new Set(['TAKEN_ELSEWHERE']));
  });
});

/** A course whose dialogs are written when the test says so. */
async function heldCourse(teaching: number, concurrency: number) {
  const { store, calls } = traced(await tempSqliteStore());
  const { id, words } = await createCourse(store, { teaching });
  const gates = Array.from({ length: 9 }, newGate);
  const [bad] = words;
  const isBad = ({ word }: DialogRequest) => word.id === bad?.id && word.translation === null;
  const generator = scriptedGenerator((request) => (isBad(request) ? 'fail-word' : 'write'), {
    concurrency,
    turn: async () => {
      const request = generator.asked.at(-1);
      if (request && !isBad(request)) await gates[generator.asked.length - 1]?.opened;
    },
  });
  const app = await openTestApp({ store, generator, random: seededRandom(1) });
  const ensure = async () => (await app.ask(Ensure, { id, min: teaching })).ensureDialogs;
  return { ...app, id, words, generator, gates, ensure, untilQuiet: () => untilQuiet(calls) };
}

test('a word that failed is tried again for those who ask after it was removed and added again', async () => {
  const { id, words, generator, gates, ask, ensure, untilQuiet } = await heldCourse(3, 3);
  const { id: wordId, text } = present(words[0]);
  const first = ensure();
  await until(() => generator.asked.length === 3);
  await ask(Remove, { id, wordIds: [wordId] });
  await ask(AddAgain, { id, words: [{ text, translation: 'good', state: 'TEACHING' }] });
  const second = ensure();
  await untilQuiet();
  for (const { open } of gates) open();
  expect((await second).unusedTotal).toBe(3);
  expect((await first).unusedTotal).toBe(2);
});

test('a word that was no longer taught is tried for those who ask after it is taught again', async () => {
  const { id, words, generator, gates, ask, ensure, untilQuiet } = await heldCourse(6, 1);
  const first = ensure();
  await until(() => generator.asked.length > 0);
  const begun = generator.asked.map(({ word }) => word.id);
  const learned = words.slice(1, 5).map((word) => word.id);
  const wordIds = learned.filter((wordId) => !begun.includes(wordId));
  await ask(Learn, { id, wordIds });
  gates[begun.length - 1]?.open();
  // Until the next one is being written.
  await untilQuiet();
  await ask(TeachAgain, { id, wordIds });
  const second = ensure();
  await untilQuiet();
  for (const { open } of gates) open();
  // The first word fails.
  expect((await second).unusedTotal).toBe(5);
  await first;
});

test('a word that was learned while its dialog was written is tried for those who ask after it is taught again', async () => {
  const { id, words, generator, gates, ask, ensure, untilQuiet } = await heldCourse(3, 3);
  const { id: wordId } = present(words[1]);
  const first = ensure();
  await until(() => generator.asked.length === 3);
  await ask(Learn, { id, wordIds: [wordId] });
  gates[generator.asked.findIndex(({ word }) => word.id === wordId)]?.open();
  await untilQuiet();
  await ask(TeachAgain, { id, wordIds: [wordId] });
  const second = ensure();
  await untilQuiet();
  for (const { open } of gates) open();
  // The first word fails.
  expect((await second).unusedTotal).toBe(2);
  await first;
});

test.each([
  { before: 'PENDING', after: 'TEACHING', course: { pending: 9 } },
  { before: 'TEACHING', after: 'PENDING', course: { teaching: 9 } },
] as const)(
  'a word that changes from $before to $after while others are tried is tried too',
  async ({ after, course }) => {
    const store = await tempSqliteStore();
    const { id, words } = await createCourse(store, course);
    let good = '';
    const generator = scriptedGenerator(({ word }) => (word.id === good ? 'write' : 'fail-word'), {
      concurrency: 1,
      async turn() {
        if (generator.asked.length !== 1) return;
        const [one, other] = words.map((word) => word.id).filter((id) => id !== generator.asked[0]?.word.id);
        good = one ?? '';
        await app.ask(Change, { id, wordIds: [good], state: after });
        // There are as many words as the top-up has seen.
        await app.ask(Learn, { id, wordIds: [other ?? ''] });
      },
    });
    const app = await openTestApp({ store, generator });
    const { ensureDialogs } = await app.ask(Ensure, { id, min: 1 });
    expect(ensureDialogs.created).toEqual([{ word: { id: good } }]);
    expect(generator.asked.length).toBeLessThanOrEqual(8);
  },
);

test('a word that is removed and added again before its call begins gets its dialog as it is now', async () => {
  const { id, words, generator, gates, ask, ensure } = await heldCourse(4, 1);
  const first = ensure();
  await until(() => generator.asked.some(({ word }) => word.id !== words[0]?.id));
  const begun = generator.asked.map(({ word }) => word.id);
  const { id: wordId, text } = present(words.slice(1).find((word) => !begun.includes(word.id)));
  await ask(Remove, { id, wordIds: [wordId] });
  await ask(AddAgain, { id, words: [{ text, translation: 'right', state: 'TEACHING' }] });
  for (const { open } of gates) open();
  const { created, unusedTotal } = await first;
  // The first word fails.
  expect(unusedTotal).toBe(3);
  expect(created).toContainEqual({ word: { id: wordId } });
  const tried = generator.asked.map(({ word }) => word).filter((word) => word.id === wordId);
  expect(tried.map(({ translation }) => translation)).toEqual(['right']);
});
