import { isDeepStrictEqual } from 'node:util';
import type { Learning, LearningState } from '../model/learning.ts';
import type { Profile } from '../model/profile.ts';
import type { StyleBeliefs } from '../model/style-beliefs.ts';
import type { Word } from '../model/word.ts';
import type { RecentReview } from '../model/word-memory.ts';
import type { ReviewedDialog } from '../ports/reviews.ts';
import { learnedFrom } from './learned.ts';
import { NO_BELIEFS, priorOf } from './linear-model.ts';
import { wordAfterEarlier } from './review-rules.ts';
import { isMissing, sinceBase, stateOf, withBase, withReviews } from './update-learning.ts';
import { replayedMemory } from './update-word-memory.ts';

/** Reviewed dialogs by their ids. */
type Reviews = ReadonlyMap<string, ReviewedDialog>;

/** What the reviews since the base have taught, computed again from the reviews that are stored with their dialogs. */
function replayed(learning: Learning, reviews: Reviews): LearningState {
  const replaying = new Set(sinceBase(learning));
  const prior = () => (learning.styles === null ? NO_BELIEFS : priorOf(learning.styles));
  let state = stateOf(learning.base);
  for (const [index, included] of learning.included.entries()) {
    const dialog = reviews.get(included.dialogId);
    if (dialog === undefined || !replaying.has(included)) continue;
    state = learnedFrom(state, dialog, learning.included.slice(0, index), prior).state;
  }
  return state;
}

/** A learning with what its reviews have taught when they were replayed. */
export interface Replay {
  readonly learning: Learning;
  readonly replayed: LearningState;
  /** Whether the replay gives exactly what was learned. */
  readonly isEqual: boolean;
}

export function replay(learning: Learning, reviews: Reviews): Replay {
  const state = replayed(learning, reviews);
  return { learning, replayed: state, isEqual: isDeepStrictEqual(state, stateOf(learning)) };
}

/**
 * The version that a consolidation leaves: the replayed state as the next base, with reviews that were missing.
 * @param current the learning as it is now. Others may have included reviews since the replay
 * @param prior what to believe of styles before the first reward of one
 * @returns null if the replay differs from a version that is no longer the present one, or has another base
 */
export function consolidated(
  current: Learning,
  { learning, replayed: state, isEqual }: Replay,
  reviews: Reviews,
  at: Date,
  prior: () => StyleBeliefs,
): Learning | null {
  const isPresent = current.version === learning.version;
  if (current.base.version !== learning.base.version || !(isEqual || isPresent)) return null;
  const repaired = isPresent ? { ...current, ...state } : current;
  const missing = [...reviews.values()].filter((dialog) => isMissing(current, dialog));
  const complete = withReviews(
    repaired,
    missing.map((dialog) => ({ dialog, isSettled: true })),
    prior,
  );
  const { included } = complete ?? repaired;
  const next: Learning = {
    ...(complete ?? repaired),
    version: current.version + 1,
    at,
    cause: 'consolidation',
    // The words of all reviews that were read include them.
    included: included.map((one) => (reviews.has(one.dialogId) ? { ...one, isSettled: true } : one)),
  };
  return withBase(next, { version: learning.version, ...state });
}

/** The word with its memory computed again from reviews; null if it is the same. */
export function replayedWord(word: Word, reviews: Reviews, profile: Profile): Word | null {
  const storedReview = (dialogId: string): RecentReview | null => {
    const review = reviews.get(dialogId)?.review;
    const result = review?.results.find(({ wordId }) => wordId === word.id);
    return review && result ? { dialogId, at: review.reviewedAt, grade: result.grade } : null;
  };
  let next: Word = { ...word, memory: word.memory && replayedMemory(word.memory, storedReview) };
  for (const dialog of reviews.values()) next = wordAfterEarlier(next, dialog, profile) ?? next;
  return isDeepStrictEqual(next, word) ? null : next;
}
