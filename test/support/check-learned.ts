import { expect } from 'vitest';
import { reviewed } from '../../src/learning/fsrs.ts';
import { learnedFrom, NOTHING_LEARNED } from '../../src/learning/learned.ts';
import { NO_BELIEFS, priorOf } from '../../src/learning/linear-model.ts';
import type { LearningState } from '../../src/model/learning.ts';
import type { Memory } from '../../src/model/memory.ts';
import type { PageRequest } from '../../src/model/page.ts';
import { utcDay } from '../../src/model/utc-day.ts';
import type { ReviewedDialog } from '../../src/ports/reviews.ts';
import type { Store } from '../../src/ports/store.ts';
import { idsOf, present } from '../contract/samples.ts';

/** All reviewed dialogs of a profile. */
export async function reviewedDialogs(store: Store, profileId: string): Promise<ReviewedDialog[]> {
  const found: ReviewedDialog[] = [];
  for (let page: PageRequest | null = { first: 100, after: null }; page !== null; ) {
    const { nodes, hasNextPage } = await store.dialogPage(profileId, true, page);
    for (const dialog of nodes) if (dialog.review) found.push({ ...dialog, review: dialog.review });
    page = hasNextPage ? { first: 100, after: present(nodes.at(-1)) } : null;
  }
  return found;
}

/**
 * Expects that the learning of a profile and the memories of its words include each review exactly once, and are exactly
 * what a replay of the stored dialogs gives. At most 50 reviews, none rolled back.
 */
export async function checkLearned(store: Store, profileId: string): Promise<ReviewedDialog[]> {
  const dialogs = await reviewedDialogs(store, profileId);
  const learning = present((await store.learnings([profileId]))[0]);
  const order = learning.included.map(({ dialogId }) => dialogId);
  expect([...order].sort()).toEqual(idsOf(dialogs).sort());

  const prior = () => (learning.styles === null ? NO_BELIEFS : priorOf(learning.styles));
  let state: LearningState = NOTHING_LEARNED;
  for (const [index, id] of order.entries()) {
    const dialog = present(dialogs.find((one) => one.id === id));
    state = learnedFrom(state, dialog, learning.included.slice(0, index), prior).state;
  }
  expect(learning).toMatchObject({ ...state });

  const results = dialogs.flatMap(({ id, review }) =>
    review.results.map((result) => ({ ...result, id, at: review.reviewedAt })),
  );
  const counting = results.filter(({ mayCount }) => mayCount);
  const days = new Set(counting.map(({ wordId, at }) => `${wordId} ${utcDay(at)}`));
  expect(learning.reviews).toBe(days.size);

  const wordIds = [...new Set(results.map(({ wordId }) => wordId))];
  const words = await store.words(wordIds.map((wordId) => ({ profileId, wordId })));
  for (const [index, wordId] of wordIds.entries()) {
    const ofWord = counting
      .filter((result) => result.wordId === wordId)
      .sort((one, other) => one.at.getTime() - other.at.getTime() || (one.id < other.id ? -1 : 1));
    const memory = ofWord.reduce<Memory | null>((before, { grade, at }) => reviewed(before, grade, at), null);
    expect(words[index]?.memory).toMatchObject({ ...memory });
  }
  return dialogs;
}
