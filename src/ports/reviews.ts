import type { Dialog } from '../model/dialog.ts';
import type { DialogReview } from '../model/dialog-review.ts';
import type { Learning, LearningVersion } from '../model/learning.ts';
import type { Profile } from '../model/profile.ts';
import type { Word } from '../model/word.ts';

/** Identifies a version of what a profile has learned. */
export interface LearningVersionKey {
  readonly profileId: string;
  readonly version: number;
}

/** A dialog that has been reviewed. */
export interface ReviewedDialog extends Dialog {
  readonly review: DialogReview;
}

/** What a review is decided on. */
export interface ReviewContext {
  readonly profile: Profile;
  readonly dialog: Dialog;
  /** Those of the words to grade that the profile has, by their ids. */
  readonly words: ReadonlyMap<string, Word>;
  /** Null before the first review of the profile. */
  readonly learning: Learning | null;
}

/** A review to include in what was learned. */
export interface ReviewToInclude {
  readonly dialog: ReviewedDialog;
  /** Whether the memories of all its words include it already. */
  readonly isSettled: boolean;
}

/**
 * What follows from a review. The functions are pure: a store may call them again with newer data, and writes what the
 * last call returned. Each returns null if nothing is to be written, because the review is included already.
 */
export interface ReviewRules {
  /** Whether the caller has the right to review dialogs of the profile. If not, it seems not to exist. */
  permits(profile: Profile): boolean;
  /** The review to store with a dialog that has none. What it throws refuses the review, and nothing is changed. */
  review(context: ReviewContext): DialogReview;
  /** The word with the review in its memory. */
  word(word: Word, dialog: ReviewedDialog, profile: Profile): Word | null;
  /**
   * The same for a review that was stored earlier, whose words may not include it yet. A review before the word was added is
   * of a former word with its id, which was removed.
   */
  completedWord(word: Word, dialog: ReviewedDialog, profile: Profile): Word | null;
  /** The next version of the learning, with these reviews in it. */
  learning(
    profileId: string,
    learning: Learning | null,
    reviews: readonly ReviewToInclude[],
  ): Learning | null;
  /** Whether the review may be missing from the learning or from the memory of a word. */
  mayBeMissing(learning: Learning | null, dialog: ReviewedDialog): boolean;
}

/** What a review has led to. */
export interface StoredReview {
  /** The dialog with its review: the given one, or the one that it had already. */
  readonly dialog: ReviewedDialog;
  /** The graded words that the profile still has, in the order of the results. */
  readonly words: readonly Word[];
  readonly learning: Learning;
  /** Whether this call stored the review. */
  readonly isNew: boolean;
}

/**
 * Stores what reviews teach. `Store` says what holds for every method.
 *
 * A review is stored in three parts: with its dialog, in the memories of its words, and in the learning of its profile.
 * The dialog is first. A store that cannot write all three at once may leave the other two parts behind if it fails.
 * They are written by the next call for the same dialog, by the next review of the profile, or by a consolidation. No
 * part includes a review twice, however many callers there are.
 */
export interface ReviewStore {
  /**
   * Stores the review of a dialog and what follows from it, in at most three round trips if nobody else reviews dialogs
   * of the profile. A dialog that has a review keeps it. Then only the parts that are missing are written.
   * @param wordIds the words to grade, which `rules.review` is given
   * @throws {ProfileNotFound | DialogNotFound} ProfileNotFound first; and whatever `rules.review` throws; nothing was stored
   */
  storeReview(
    key: { readonly profileId: string; readonly dialogId: string },
    wordIds: readonly string[],
    rules: ReviewRules,
  ): Promise<StoredReview>;
  /** What profiles have learned. Null before the first review of a profile. */
  learnings(profileIds: readonly string[]): Promise<(Learning | null)[]>;
  /**
   * Replaces what a profile has learned by its next version. If another caller changes it at the same time, `change` is
   * called again with the newer one, until one replacement succeeds.
   * @param change pure; null leaves the learning as it is
   * @returns the learning as it is then
   */
  editLearning(
    profileId: string,
    change: (learning: Learning | null) => Learning | null,
  ): Promise<Learning | null>;
  /** Reads versions of what profiles have learned. Version 0 is not stored, and a version may have been deleted. */
  learningVersions(keys: readonly LearningVersionKey[]): Promise<(LearningVersion | null)[]>;
  /**
   * Deletes the versions of what a profile has learned that come before a version. The present version stays in any case.
   * It is not atomic: after a failure some of them may still be there, and a caller that is slow to edit the learning may
   * bring one back. The next call deletes them.
   */
  deleteLearningVersions(profileId: string, before: number): Promise<void>;
  /**
   * Changes words, each as `editLearning` changes the learning. Words that do not exist are passed over.
   * @param change pure; it may change the state and the memory. Null leaves the word as it is
   */
  editWords(
    profileId: string,
    wordIds: readonly string[],
    change: (word: Word) => Word | null,
  ): Promise<void>;
  /** The dialogs of a profile whose reviews were stored last, newest first, at most `limit`. */
  latestReviews(profileId: string, limit: number): Promise<ReviewedDialog[]>;
}
