import type { DialogStore } from './dialogs.ts';
import type { LeaseStore } from './leases.ts';
import type { ProfileStore } from './profiles.ts';
import type { RecordingStore } from './recordings.ts';
import type { WordStore } from './words.ts';

/**
 * Where profiles, words and dialogs are kept.
 *
 * For every method:
 * - A promise that resolves means that what was written is durable: it survives a crash of the process.
 * - Each write is atomic for each word, dialog or profile. Where a method promises more it says so.
 * - Methods that read by keys return one entry a key, in the keys' order, null where there is none. Keys may
 *   repeat. An empty list of keys costs nothing.
 * - Ids may be any string, also such as no store could hold; unknown ones are not found.
 * - Documents of other writers may lie beside ours. What is not a valid profile, word or dialog is not returned
 *   and not counted, and is left alone.
 * - Everything may be called at the same time as anything else, from several processes.
 * - A store that does not answer, is too busy, was closed, is full or damaged: StoreUnavailable. A write that failed so
 *   may or may not have been carried out, unless the method says more; sending it again is always safe.
 */
export interface Store extends ProfileStore, WordStore, DialogStore, LeaseStore, RecordingStore {
  /**
   * Resolves if the store can be written: it has just carried out a write of its own, which no other method sees. On a
   * disk the write is as large as a dialog can be. It costs a few milliseconds or one round trip.
   * @throws {StoreUnavailable} if nothing could be stored now. It is not retryable if an operator has to act first, for
   *   example because the disk is full or the file is damaged
   */
  checkWritable(): Promise<void>;
  /** Lets go of the store's resources. Closing it again does nothing; every other call is then StoreUnavailable. */
  close(): Promise<void>;
}
