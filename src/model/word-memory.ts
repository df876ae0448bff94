import type { Memory } from './memory.ts';
import type { Grade } from './review.ts';

/** A review of a word that its memory includes. */
export interface RecentReview {
  /** The id of the dialog that was reviewed. */
  readonly dialogId: string;
  readonly at: Date;
  readonly grade: Grade;
}

/** The memory of a word, with what is needed to include each review exactly once. */
export interface WordMemory extends Memory {
  /** The memory before the first of the recent reviews. Null if there was none. */
  readonly base: Memory | null;
  /** The last reviews, oldest first, and by the dialogs' ids if the times are equal. The memory follows from `base`. */
  readonly recent: readonly RecentReview[];
}
