import { isDeepStrictEqual } from 'node:util';
import type { Learning, LearningState } from '../model/learning.ts';
import type { Profile } from '../model/profile.ts';
import type { Word } from '../model/word.ts';
import type { RecentReview } from '../model/word-memory.ts';
import type { ReviewedDialog } from '../ports/reviews.ts';
import { isMissing, sinceBase, stateOf, withBase, withReviews } from './include-reviews.ts';
import { learnedFrom } from './learned.ts';
import { replayedMemory } from './review-in-word-memory.ts';
import { wordAfter } from './review-rules.ts';

/** Reviewed dialogs by their ids. */
type Reviews = ReadonlyMap<string, ReviewedDialog>;

/** What the reviews since the base have taught, computed again from the reviews that are stored with their dialogs. */
function replayed(learning: Learning, reviews: Reviews): LearningState {
  const replaying = new Set(sinceBase(learning));
  let state = stateOf(learning.base);
  for (const [index, included] of learning.included.entries()) {
    const dialog = reviews.get(included.dialogId);
    if (dialog === undefined || !replaying.has(included)) continue;
    state = learnedFrom(state, dialog.review, learning.included.slice(0, index)).state;
  }
  return state;
}

/** The version that a consolidation leaves: the replayed state with reviews that were missing, as the next base. */
export function consolidated(learning: Learning, reviews: Reviews, at: Date): Learning {
  const repaired = { ...learning, ...replayed(learning, reviews) };
  const missing = [...reviews.values()].filter((dialog) => isMissing(learning, dialog));
  const complete = withReviews(
    repaired,
    missing.map((dialog) => ({ dialog, isSettled: true })),
  );
  return withBase({
    ...(complete ?? repaired),
    version: learning.version + 1,
    at,
    cause: 'consolidation',
    included: (complete ?? repaired).included.map((one) => ({ ...one, isSettled: true })),
  });
}

/** The word with its memory computed again from reviews; null if it is the same. */
export function replayedWord(word: Word, reviews: Reviews, profile: Profile): Word | null {
  const storedReview = (dialogId: string): RecentReview | null => {
    const review = reviews.get(dialogId)?.review;
    const result = review?.results.find(({ wordId }) => wordId === word.id);
    return review && result ? { dialogId, at: review.reviewedAt, grade: result.grade } : null;
  };
  let next: Word = { ...word, memory: word.memory && replayedMemory(word.memory, storedReview) };
  for (const dialog of reviews.values()) next = wordAfter(next, dialog, profile) ?? next;
  return isDeepStrictEqual(next, word) ? null : next;
}
