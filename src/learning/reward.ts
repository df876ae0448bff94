import type { Grade } from '../model/review.ts';
import type { SelfCheck } from '../model/self-check.ts';
import type { ReviewedDialog } from '../ports/reviews.ts';
import { within } from './bounds.ts';

/** The bounds of a reward. */
export const REWARD = { min: 0, max: 1 } as const;

/** What a dialog is rewarded for. */
export interface Practice {
  /** 1 to 5; null if the learner gave none. */
  readonly rating: number | null;
  /** Of the words that the learner graded after the dialog. */
  readonly grades: readonly Grade[];
  /** Null if the dialog was not checked. */
  readonly selfCheck: Omit<SelfCheck, 'language'> | null;
}

/** How much each part weighs, if it is known. What the learner says weighs most. */
const WEIGHTS = { rating: 0.7, grades: 0.15, selfCheck: 0.15 } as const;
const GRADE_REWARDS = { again: 0, hard: 0.5, good: 1, easy: 1 } as const;

/**
 * The reward of a dialog, 0 to 1: the weighted mean of the rating (0.7), the grades (0.15) and the self-check (0.15). A part
 * that is missing leaves its weight to the others.
 * @param practice with at least one part
 */
export function reward({ rating, grades, selfCheck }: Practice): number {
  const parts: { weight: number; value: number }[] = [];
  if (selfCheck !== null) {
    parts.push({ weight: WEIGHTS.selfCheck, value: selfCheck.targetUsed ? selfCheck.knownShare : 0 });
  }
  if (rating !== null) parts.push({ weight: WEIGHTS.rating, value: (rating - 1) / 4 });
  if (grades.length > 0) {
    const sum = grades.reduce((total, grade) => total + GRADE_REWARDS[grade], 0);
    parts.push({ weight: WEIGHTS.grades, value: sum / grades.length });
  }
  const total = parts.reduce((sum, { weight }) => sum + weight, 0);
  return within(parts.reduce((sum, { weight, value }) => sum + weight * value, 0) / total, REWARD);
}

/** The reward of a reviewed dialog, 0 to 1; null if its review says nothing, as other writers may have stored it. */
export function rewardOf({ review, selfCheck }: ReviewedDialog): number | null {
  const { rating, results } = review;
  if (rating === null && results.length === 0) return null;
  return reward({ rating, grades: results.map(({ grade }) => grade), selfCheck });
}
