import { describe, expect, test } from 'vitest';
import type { WordMemory } from '../../src/model/word-memory.ts';
import { graphql } from '../generated/index.ts';
import { createCourse } from '../support/course.ts';
import {
  type Learner,
  openLearner,
  Practised,
  ReviewDialog,
  reviewOf,
  usedDialogs,
} from '../support/practice.ts';
import { USUAL_STORES } from '../support/stores.ts';
import { openImportApp } from './import-app.ts';

const Import = graphql(`
  mutation ImportMemories($id: ID!, $text: String!) {
    importWords(profileId: $id, input: { text: $text, format: CSV }) { added existing rejected { reason } }
  }
`);
const Practise = graphql(`
  mutation PractiseMemories($id: ID!, $dialogId: ID!, $wordId: ID!, $grade: Grade!) {
    reviewDialog(profileId: $id, dialogId: $dialogId, results: [{ wordId: $wordId, grade: $grade }]) {
      words { memory { stability difficulty reviews lapses lastReviewedAt } }
    }
  }
`);
const Claim = graphql(`
  mutation ClaimMemories($id: ID!) {
    ensureDialogs(profileId: $id, min: 1) { unusedTotal }
    claimDialogs(profileId: $id) { id word { id } }
  }
`);

/** Practises the only word of a profile. @returns its memory after that */
async function practise({ ask }: Learner, id: string, grade: 'AGAIN' | 'GOOD') {
  const [dialog] = (await ask(Claim, { id })).claimDialogs;
  if (!dialog?.word) throw new Error('there is nothing to practise with');
  const variables = { id, dialogId: dialog.id, wordId: dialog.word.id, grade };
  return (await ask(Practise, variables)).reviewDialog.words[0]?.memory;
}

async function exported({ app }: Learner, id: string): Promise<string> {
  const response = await app.fetch(`http://127.0.0.1/export/${id}.csv`);
  return response.text();
}

/** The last six cells of an export of one word. */
const memoryIn = (csv: string) => csv.trim().split(',').slice(-6).join(',');

describe.each(USUAL_STORES)('on $name, the memory of a word', ({ open }) => {
  test('goes out and in with it, and later reviews continue from it', async () => {
    const learner = await openLearner({ store: await open(), teaching: 1 });
    await createCourse(learner.store, { id: 'copy' });
    for (const grade of ['GOOD', 'AGAIN', 'GOOD'] as const) {
      await practise(learner, 'course', grade);
      learner.sleepDays(4);
    }
    const text = await exported(learner, 'course');
    const { importWords } = await learner.ask(Import, { id: 'copy', text });
    expect(importWords).toEqual({ added: 1, existing: 0, rejected: [] });
    for (const grade of ['GOOD', 'AGAIN'] as const) {
      const memory = await practise(learner, 'copy', grade);
      expect(memory).toMatchObject({ reviews: grade === 'GOOD' ? 4 : 5 });
      expect(memory).toEqual(await practise(learner, 'course', grade));
      learner.sleepDays(3);
    }
    // What the corrections of both learners do to the due date is not a part of the memory.
    expect(memoryIn(await exported(learner, 'copy'))).toBe(memoryIn(await exported(learner, 'course')));
  });

  test('goes out in JSON beside what was learned about the learner, which is what the API shows', async () => {
    const { app, ask, store, sleepDays } = await openLearner({ store: await open(), teaching: 2 });
    for (const dialog of await usedDialogs(store, 'course', 2)) {
      await ask(ReviewDialog, { ...reviewOf(dialog), rating: 4 });
      sleepDays(3);
    }
    const shown = (await ask(Practised, { id: 'course' })).profile?.learning;
    expect(shown).toMatchObject({ version: 4, reviews: 4, styles: [{}, {}] });
    const response = await app.fetch('http://127.0.0.1/export/course.json');
    const { learning, words } = await response.json();
    const [covariance] = (await store.learnings(['course'])).map((one) => one?.correction.covariance);
    expect(learning).toEqual({
      version: 4,
      at: shown?.versions[0]?.at,
      reviews: 4,
      predictions: 2,
      log_loss: shown?.logLoss,
      default_log_loss: shown?.defaultLogLoss,
      correction: { ...shown?.correction, covariance },
      styles: shown?.styles,
    });
    expect(words).toMatchObject([{ reviews: 2 }, { reviews: 2 }]);
  });

  test('stays as it is if the word exists', async () => {
    const learner = await openLearner({ store: await open(), teaching: 1 });
    await practise(learner, 'course', 'GOOD');
    const before = await exported(learner, 'course');
    learner.sleepDays(4);
    await practise(learner, 'course', 'AGAIN');
    const after = await exported(learner, 'course');
    const { importWords } = await learner.ask(Import, { id: 'course', text: before });
    expect(importWords).toEqual({ added: 0, existing: 1, rejected: [] });
    expect(after).not.toBe(before);
    expect(await exported(learner, 'course')).toBe(after);
  });
});

test.each([
  [23, 1],
  [25, 0],
])('a last review %i hours in the future is taken for that of a fast clock: %i', async (hours, added) => {
  const app = await openImportApp();
  const at = new Date(Date.now() + hours * 3_600_000).toISOString();
  const text = `text,stability,difficulty,due,reviews,lapses,last_reviewed_at\ncasa,3,5,2999-01-01T00:00:00Z,1,0,${at}\n`;
  expect(await app.importWords(text)).toMatchObject({ added, rejectedTotal: 1 - added });
});

test('columns of another program that have names of a memory are passed over, unless all of them are there', async () => {
  const app = await openImportApp();
  const { added, rejected } = await app.importWords('text,difficulty,due\ncasa,hard,tomorrow\n');
  expect([added, rejected]).toEqual([1, []]);
});

test.each([
  { stability: 1e9 },
  { lastReviewedAt: new Date('2999-01-01T00:00:00Z'), due: new Date('2999-01-02T00:00:00Z') },
])('a memory of another program that an import would refuse is not exported: %o', async (fault) => {
  const app = await openImportApp();
  const { words } = await createCourse(app.store, { id: 'strange' });
  const day = new Date('2026-01-01T00:00:00Z');
  const sound = { stability: 3, difficulty: 5, due: day, reviews: 1, lapses: 0, lastReviewedAt: day };
  const numbers = { ...sound, ...fault };
  const memory: WordMemory = { ...numbers, base: numbers, recent: [] };
  const { words: taught } = await createCourse(app.store, { id: 'taught', teaching: 1 });
  expect(words).toEqual([]);
  await app.store.addWords(
    'strange',
    taught.map((word) => ({ ...word, profileId: 'strange', memory })),
  );
  const response = await app.app.fetch('http://127.0.0.1/export/strange.json');
  const strange = { stability: null, due: null, last_reviewed_at: null };
  expect(await response.json()).toMatchObject({ learning: null, words: [strange] });
});
