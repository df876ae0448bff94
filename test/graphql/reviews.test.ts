import { describe, expect, test } from 'vitest';
import { present } from '../contract/samples.ts';
import type { Grade } from '../generated/graphql.ts';
import { graphql } from '../generated/index.ts';
import { contentsOf } from '../support/contents.ts';
import { type Learner, openLearner, Practised, ReviewDialog } from '../support/practice.ts';
import { openTestApp } from '../support/test-app.ts';
import { traced } from '../support/traced-store.ts';

const Settings = graphql(`
  mutation LearningSettings($input: UpdateProfileInput!) {
    updateProfile(id: "course", input: $input) { wordOrder wordProgress }
  }
`);

const States = graphql(`
  mutation StatesOfWords($ids: [ID!]!, $state: WordState!) {
    setWordState(profileId: "course", wordIds: $ids, state: $state) { id }
  }
`);

async function firstClaim(learner: Learner) {
  return present((await learner.claim(1))[0]);
}

function practice(
  claimed: { dialogId: string; wordId: string },
  grade: Grade = 'GOOD',
  rating: number | null = null,
) {
  const results = [{ wordId: claimed.wordId, grade }];
  return { profileId: 'course', dialogId: claimed.dialogId, results, rating };
}

async function practised({ ask }: Learner) {
  return present((await ask(Practised, { id: 'course' })).profile);
}

describe('a review', () => {
  test('shows what it has changed, and so do the profile, the word and the dialog afterwards', async () => {
    const learner = await openLearner();
    const claimed = await firstClaim(learner);
    const { reviewDialog } = await learner.ask(ReviewDialog, practice(claimed, 'GOOD', 4));
    const now = learner.clock.now().toISOString();
    const memory = {
      stability: expect.closeTo(2.3065, 3),
      difficulty: expect.any(Number),
      due: expect.any(String),
      retrievability: expect.closeTo(1, 3),
      reviews: 1,
      lapses: 0,
      lastReviewedAt: now,
    };
    expect(reviewDialog).toEqual({
      dialog: {
        id: claimed.dialogId,
        review: {
          reviewedAt: now,
          rating: 4,
          results: [{ word: { id: claimed.wordId }, grade: 'GOOD', predicted: null }],
        },
      },
      words: [{ id: claimed.wordId, state: 'TEACHING', memory }],
      learning: {
        reviews: 1,
        version: 1,
        logLoss: null,
        defaultLogLoss: null,
        correction: { offset: 0, slope: 1 },
        styles: [],
        versions: [{ version: 1, at: now, reviews: 1, cause: 'review', logLoss: null }],
      },
    });
    const profile = await practised(learner);
    expect(profile.learning).toEqual(reviewDialog.learning);
    const words = profile.words.edges.map(({ node }) => node);
    expect(words.find(({ id }) => id === claimed.wordId)?.memory).toEqual(memory);
    expect(words.filter((word) => word.memory === null)).toHaveLength(9);
    expect(profile.dialogs.edges.map(({ node }) => node.review)).toEqual([
      { rating: 4, results: [{ grade: 'GOOD', predicted: null }] },
    ]);
  });

  test('that is sent again changes nothing and gets the same answer', async () => {
    const learner = await openLearner();
    const claimed = await firstClaim(learner);
    const first = await learner.ask(ReviewDialog, practice(claimed, 'GOOD', 4));
    const before = await contentsOf(learner.store);
    expect(await learner.ask(ReviewDialog, practice(claimed, 'GOOD', 4))).toEqual(first);
    const other = {
      ...practice(claimed, 'AGAIN', 1),
      results: [{ wordId: 'none', grade: 'AGAIN' as const }],
    };
    expect(await learner.ask(ReviewDialog, other)).toEqual(first);
    expect(await contentsOf(learner.store)).toEqual(before);
  });

  test('teaches how this learner differs from FSRS, with every prediction made before its result', async () => {
    const learner = await openLearner({ teaching: 1 });
    const losses: number[] = [];
    const outcomes: [predicted: number | null, recalled: boolean][] = [];
    for (let lesson = 0; lesson < 6; lesson += 1) {
      const claimed = await firstClaim(learner);
      const grade = lesson % 2 ? 'AGAIN' : 'GOOD';
      const { reviewDialog } = await learner.ask(ReviewDialog, practice(claimed, grade));
      const predicted = present(reviewDialog.dialog.review).results[0]?.predicted ?? null;
      outcomes.push([predicted, grade === 'GOOD']);
      if (predicted !== null) losses.push(-Math.log(grade === 'GOOD' ? predicted : 1 - predicted));
      const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
      if (losses.length > 0) expect(reviewDialog.learning.logLoss).toBeCloseTo(mean, 9);
      learner.sleepDays(3);
    }
    expect(outcomes[0]?.[0]).toBeNull();
    expect(losses).toHaveLength(5);
    const { learning, words } = await practised(learner);
    expect(learning.correction.offset).toBeLessThan(0);
    expect(present(learning.logLoss)).toBeLessThan(present(learning.defaultLogLoss));
    expect(words.edges[0]?.node.memory).toMatchObject({ reviews: 6, lapses: 3 });
  });

  test('has the word due on the day on which the recall of this learner is nearest to 90 %', async () => {
    const learner = await openLearner({ teaching: 12 });
    const claimed = await learner.claim(12);
    for (const one of claimed) await learner.ask(ReviewDialog, practice(one, 'EASY'));
    learner.sleepDays(2);
    const known = claimed[0]?.wordId;
    const others = (await learner.claim(12)).filter(({ wordId }) => wordId !== known);
    for (const one of others.slice(0, 2)) await learner.ask(ReviewDialog, practice(one, 'AGAIN'));
    const memory = async () => {
      const { words } = await practised(learner);
      return present(words.edges.find(({ node }) => node.id === known)?.node.memory);
    };
    const { due, lastReviewedAt, stability } = await memory();
    const missOn = async (at: number) => {
      learner.clock.move(at - learner.clock.now().getTime());
      return Math.abs((await memory()).retrievability - 0.9);
    };
    const day = 24 * 60 * 60 * 1000;
    const [before, on, after] = [
      await missOn(Date.parse(due) - day),
      await missOn(Date.parse(due)),
      await missOn(Date.parse(due) + day),
    ];
    const days = (Date.parse(due) - Date.parse(lastReviewedAt)) / day;
    expect(Number.isInteger(days)).toBe(true);
    expect(days).toBeGreaterThan(1);
    expect(days).toBeLessThan(Math.round(stability));
    expect(on).toBeLessThanOrEqual(Math.min(before, after));
  });

  test('changes states only if the profile wants it', async () => {
    const learner = await openLearner({ teaching: 0, pending: 1 });
    const wordState = async (grade: Grade) => {
      const { reviewDialog } = await learner.ask(ReviewDialog, practice(await firstClaim(learner), grade));
      learner.sleepDays(20);
      return reviewDialog.words[0]?.state;
    };
    expect(await wordState('GOOD')).toBe('PENDING');
    const { updateProfile } = await learner.ask(Settings, { input: { wordProgress: 'AUTOMATIC' } });
    expect(updateProfile).toEqual({ wordOrder: 'RANDOM', wordProgress: 'AUTOMATIC' });
    expect(await wordState('AGAIN')).toBe('TEACHING');
    await learner.ask(States, {
      ids: [(await practised(learner)).words.edges[0]?.node.id ?? ''],
      state: 'PENDING',
    });
    expect(await wordState('GOOD')).toBe('TEACHING');
    expect(await wordState('EASY')).toBe('LEARNED');
  });

  test('grades several words of the profile, once a day each', async () => {
    const learner = await openLearner({ teaching: 5 });
    const claimed = await learner.claim(3);
    const results = claimed.map(({ wordId }) => ({ wordId, grade: 'GOOD' as const }));
    const all = claimed.map(({ dialogId }) => ({ profileId: 'course', dialogId, results, rating: null }));
    for (const one of all) await learner.ask(ReviewDialog, one);
    const { learning, words } = await practised(learner);
    expect(learning).toMatchObject({ reviews: 3, version: 3, logLoss: null });
    const memories = words.edges.flatMap(({ node }) => node.memory ?? []);
    expect(memories.map(({ reviews }) => reviews)).toEqual([1, 1, 1]);
  });
});

describe('a review is refused, and changes nothing,', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ wordId: `w${i}`, grade: 'GOOD' as const }));

  test.each([
    [
      'if it grades no word',
      { results: [] },
      'BAD_USER_INPUT',
      /^results: must have 1 to 20 entries, and has 0/,
    ],
    [
      'if it grades 21 words',
      { results: many(21) },
      'BAD_USER_INPUT',
      /^results: must have 1 to 20 .* has 21/,
    ],
    [
      'if it grades a word twice',
      { results: [...many(1), ...many(1)] },
      'BAD_USER_INPUT',
      /^results: must not name a word twice/,
    ],
    ['with the rating 0', { rating: 0 }, 'BAD_USER_INPUT', /^rating: must be a whole number from 1 to 5/],
    ['with the rating 6', { rating: 6 }, 'BAD_USER_INPUT', /^rating: must be a whole number from 1 to 5/],
    ['of a profile that does not exist', { profileId: 'none' }, 'PROFILE_NOT_FOUND', /"none"/],
    ['of a dialog that does not exist', { dialogId: 'none' }, 'DIALOG_NOT_FOUND', /"none"/],
    ['of a word that does not exist', { results: many(1) }, 'WORD_NOT_FOUND', /"w0"/],
  ])('%s', async (_, change, code, message) => {
    const learner = await openLearner();
    const claimed = await firstClaim(learner);
    const before = await contentsOf(learner.store);
    const { data, errors } = await learner.send(ReviewDialog, { ...practice(claimed), ...change });
    expect(data).toBeNull();
    expect(errors).toHaveLength(1);
    expect(errors[0]?.extensions?.code).toBe(code);
    expect(errors[0]?.message).toMatch(message);
    expect(await contentsOf(learner.store)).toEqual(before);
    expect(await learner.store.learnings(['course'])).toEqual([null]);
  });

  test('if the dialog was not claimed', async () => {
    const learner = await openLearner();
    await learner.pool.ensureDialogs('course', 1);
    const page = { first: 1, after: null };
    const { id: dialogId, wordId } = present(
      (await learner.store.dialogPage('course', false, page)).nodes[0],
    );
    const { errors } = await learner.send(ReviewDialog, practice({ dialogId, wordId }));
    expect(errors.map(({ extensions }) => extensions?.code)).toEqual(['BAD_USER_INPUT']);
    expect(errors[0]?.message).toMatch(/^dialogId: is the id of an unused dialog; claim it/);
    expect(await learner.store.learnings(['course'])).toEqual([null]);
  });
});

test('the words of a list are shown with their memories by one query more', async () => {
  const learner = await openLearner({ teaching: 3 });
  for (const claimed of await learner.claim(3)) await learner.ask(ReviewDialog, practice(claimed));
  const { store, calls } = traced(learner.store);
  const { ask } = await openTestApp({ store });
  await ask(Practised, { id: 'course' });
  expect(calls.map(({ name }) => name).sort()).toEqual(
    ['dialogPage', 'learningVersions', 'learnings', 'profiles', 'wordPage', 'words'].sort(),
  );
});
