import { expect, test } from 'vitest';
import type { Word, WordState } from '../../src/model/word.ts';
import type { Store } from '../../src/ports/store.ts';
import { importedMemory } from '../contract/review-samples.ts';
import { graphql } from '../generated/index.ts';
import { frozenClock } from '../support/clocks.ts';
import { createCourse } from '../support/course.ts';
import { seededRandom } from '../support/random.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { openTestApp, tempSqliteStore } from '../support/test-app.ts';
import { traced } from '../support/traced-store.ts';

const Need = graphql(`
  mutation OrderByNeed { updateProfile(id: "course", input: { wordOrder: NEED }) { wordOrder } }
`);

const Ensure = graphql(`
  mutation EnsureByNeed($min: Int!) {
    ensureDialogs(profileId: "course", min: $min) {
      unusedTotal
      outcome
      created { word { text state } }
      skipped { word { text } }
    }
  }
`);

/** A word of which the learner is about to forget the meaning needs practice, one that was just practised does not. */
const DAYS_AGO = { needy: 6, fresh: 1 } as const;

/** Gives every fourth word a memory that needs practice, and the others one that does not. */
async function remember(store: Store, now: Date): Promise<void> {
  const { nodes } = await store.wordPage('course', null, { first: 1000, after: null });
  const isNeedy = ({ text }: Word) => Number(text.split(' ').at(-1)) % 4 === 0;
  const ids = nodes.map(({ id }) => id);
  await store.editWords('course', ids, (word) => ({
    ...word,
    memory: importedMemory(3, now, isNeedy(word) ? DAYS_AGO.needy : DAYS_AGO.fresh),
  }));
}

async function openCourse(words: Partial<Record<WordState, number>>, seed: number) {
  const clock = frozenClock();
  const bare = await tempSqliteStore();
  await createCourse(bare, words);
  await remember(bare, clock.now());
  const { store, calls } = traced(bare);
  const app = await openTestApp({ store, clock, generator: scriptedGenerator(), random: seededRandom(seed) });
  const ensure = async (min: number) => (await app.ask(Ensure, { min })).ensureDialogs;
  return { ...app, store: bare, calls, ensure };
}

/** How many words each draw from the store returns, from now on. */
function drawnFrom(store: Store): readonly number[] {
  const drawn: number[] = [];
  const { drawWords } = store;
  store.drawWords = async (...args) => {
    const draw = await drawWords(...args);
    drawn.push(draw.words.length);
    return draw;
  };
  return drawn;
}

const isNeedy = (text: string | undefined) => Number(text?.split(' ').at(-1)) % 4 === 0;

test('by need, the word of four that gains most gets the dialog', async () => {
  const shares: number[] = [];
  for (const order of ['RANDOM', 'NEED']) {
    const { ask, ensure } = await openCourse({ teaching: 400 }, 7);
    if (order === 'NEED') await ask(Need, {});
    const { created, skipped } = await ensure(60);
    expect(created).toHaveLength(60);
    // The words that were drawn and not taken are not reported.
    expect(skipped).toEqual([]);
    shares.push(created.filter(({ word }) => isNeedy(word?.text)).length / 60);
  }
  // A quarter of the words is needy. Of four words, at least one is needy with a probability of 68 %.
  expect(shares[0]).toBeLessThan(0.4);
  expect(shares[1]).toBeGreaterThan(0.55);
});

test('by need, teaching words still come before pending ones, and every word is tried in the end', async () => {
  const { ask, ensure } = await openCourse({ teaching: 10, pending: 9 }, 3);
  await ask(Need, {});
  const first = await ensure(10);
  expect(first.created.map(({ word }) => word?.state)).toEqual(Array(10).fill('TEACHING'));
  const rest = await ensure(30);
  expect(rest).toMatchObject({ unusedTotal: 19, outcome: 'WORDS_EXHAUSTED' });
  expect(rest.created.map(({ word }) => word?.state)).toEqual(Array(9).fill('PENDING'));
  expect(rest.skipped).toHaveLength(10);
});

test('by need, a top-up draws about four words for each dialog, and never the whole vocabulary', async () => {
  const { ask, ensure, calls, store } = await openCourse({ teaching: 2_000, pending: 2_000 }, 5);
  await ask(Need, {});
  const drawn = drawnFrom(store);
  await ensure(12);
  const total = drawn.reduce((sum, count) => sum + count, 0);
  // Four for each dialog of either state.
  expect(total).toBeGreaterThanOrEqual(4 * 12);
  expect(total).toBeLessThanOrEqual(2 * 4 * 12);
  // Once for the words and the styles together.
  expect(calls.filter(({ name }) => name === 'learnings')).toHaveLength(1);
});

test('by need, a large top-up draws 1,000 words of a state at most at a time', async () => {
  const { ask, ensure, store } = await openCourse({ teaching: 1_100 }, 11);
  await ask(Need, {});
  const drawn = drawnFrom(store);
  expect(await ensure(260)).toMatchObject({ unusedTotal: 260, outcome: 'SATISFIED' });
  expect(Math.max(...drawn)).toBe(1_000);
});

test('by need, a top-up that walks over the words again reads what was learned meanwhile', async () => {
  const clock = frozenClock();
  const bare = await tempSqliteStore();
  await createCourse(bare, { teaching: 2 });
  // The needy word gets the first dialog. The second top-up passes it by before this dialog is claimed.
  await remember(bare, clock.now());
  const { store, calls } = traced(bare);
  let asked = 0;
  const turn = async () => {
    asked += 1;
    if (asked === 2) await bare.claimDialogs('course', 1, clock.now(), 'claim');
  };
  const generator = scriptedGenerator(undefined, { concurrency: 1, turn });
  const { ask } = await openTestApp({ store, clock, generator });
  await ask(Need, {});
  await ask(Ensure, { min: 1 });
  calls.length = 0;
  const { ensureDialogs } = await ask(Ensure, { min: 2 });
  expect(ensureDialogs).toMatchObject({ unusedTotal: 2, outcome: 'SATISFIED' });
  expect(ensureDialogs.created).toHaveLength(2);
  expect(calls.filter(({ name }) => name === 'learnings')).toHaveLength(2);
});
