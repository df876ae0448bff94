import type { Memory } from '../model/memory.ts';
import type { Grade } from '../model/review.ts';

/** A review of a word elsewhere, such as in Anki. */
export interface PastReview {
  readonly at: Date;
  readonly grade: Grade;
}

/**
 * The memory of a word that follows from reviews elsewhere. The first review on a UTC day counts.
 * @param reviews oldest first
 * @returns null if there are no reviews
 */
export type MemoryOfHistory = (reviews: readonly PastReview[]) => Memory | null;
