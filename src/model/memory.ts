export const STABILITY = { min: 0.001, max: 36_500 } as const;
export const DIFFICULTY = { min: 1, max: 10 } as const;
export const REVIEWS = { min: 1, max: 1_000_000 } as const;
export const LAPSES = { min: 0, max: 1_000_000 } as const;

/** The memory that a learner has of a word, as FSRS describes it. It changes only when a review counts. */
export interface Memory {
  /** Days after which the predicted recall has fallen to 90 %; 0.001 to 36,500. */
  readonly stability: number;
  /** 1 (easy) to 10. */
  readonly difficulty: number;
  /** When FSRS would have the word reviewed: a whole number of days, at least one, after the last review. */
  readonly due: Date;
  /** How many reviews counted, at least 1: at most one on a UTC day. */
  readonly reviews: number;
  /** How many of them, without the first, were graded `again`. */
  readonly lapses: number;
  /** The time of the last review that counted. */
  readonly lastReviewedAt: Date;
}
