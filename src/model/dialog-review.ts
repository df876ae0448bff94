import type { Grade } from './review.ts';

/** The most words that one review grades. */
export const MAX_RESULTS = 20;
/** The ratings of a dialog. */
export const RATINGS = { min: 1, max: 5 } as const;

/** How well one word was recalled while the learner practised with a dialog. */
export interface WordResult {
  readonly wordId: string;
  readonly grade: Grade;
  /** The recall that was predicted for this learner before the result was known, 0 to 1. Null for a first review. */
  readonly predicted: number | null;
  /** The recall that FSRS's default parameters predicted, 0 to 1. Null for a first review. */
  readonly retrievability: number | null;
  /**
   * Whether the result may count. False if the word had been reviewed already on the same UTC day or later. Of several
   * results that may count for a word on one day, one counts.
   */
  readonly mayCount: boolean;
}

/** What the learner reported after practising with a dialog. It never changes. */
export interface DialogReview {
  readonly reviewedAt: Date;
  /** 1 to 5; null if the learner gave none. */
  readonly rating: number | null;
  /** One for each word that was graded, 1 to `MAX_RESULTS`. */
  readonly results: readonly WordResult[];
  /**
   * The version of the profile's learning that the predictions were made with. The review is included in a later
   * version.
   */
  readonly learningVersion: number;
}
