import type { ChangeStore } from './change-marks.ts';
import type { DialogStore } from './dialogs.ts';
import type { LeaseStore } from './leases.ts';
import type { PaidCallStore } from './paid-calls.ts';
import type { ProfileStore } from './profiles.ts';
import type { PromptStore } from './prompts.ts';
import type { RecordingStore } from './recordings.ts';
import type { ReviewStore } from './reviews.ts';
import type { TopUpStore } from './top-ups.ts';
import type { WordStore } from './words.ts';

/**
 * Stores profiles, words and dialogs, with their recordings and leases, the records of top-ups, the counts of paid
 * calls, what reviews teach, and which versions of prompts write dialogs.
 *
 * For every method:
 * - When the promise of a write resolves, the write is durable: it survives a crash of the process.
 * - A write is atomic for each word, dialog or profile. If a method is atomic as a whole, or not, it says so.
 * - A method that reads by keys returns one entry per key, in the keys' order, null if there is none. Keys may repeat.
 *   An empty list of keys costs nothing.
 * - An id may be any text, also one that the store cannot keep. Unknown ids are not found.
 * - A page is ordered as `Position` says: oldest first, then by id. If a method orders it otherwise, it says so.
 * - Other programs may store documents beside ours. What is no valid profile, word or dialog is not returned, not
 *   counted and not changed.
 * - Calls may run at the same time, from several processes.
 * - StoreUnavailable is thrown if the store does not answer, is too busy, was closed, is full or is damaged. The write
 *   may or may not have been carried out then, unless the method says more. Repeating it is always safe.
 */
export interface Store
  extends ProfileStore,
    WordStore,
    DialogStore,
    LeaseStore,
    RecordingStore,
    TopUpStore,
    ChangeStore,
    PaidCallStore,
    ReviewStore,
    PromptStore {
  /**
   * Checks that dialogs can be stored, by a write of its own that no other method sees. On a disk the write is as large
   * as the largest dialog. It costs a few milliseconds or one round trip.
   * @param profileId the profile whose dialogs are to be stored: a store may have limits and failures that concern one
   *   profile. Null to check the store as a whole. There need not be such a profile
   * @throws {StoreUnavailable} if nothing can be stored now. It is not retryable if an operator has to act first, for
   *   example because the disk is full or the file is damaged
   */
  checkWritable(profileId: string | null): Promise<void>;
  /** Frees the store's resources. Every later call throws StoreUnavailable, but closing again does nothing. */
  close(): Promise<void>;
}
