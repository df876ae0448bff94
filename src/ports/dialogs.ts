import type { Dialog, DialogCounts } from '../model/dialog.ts';
import type { Page, PageRequest } from '../model/page.ts';
import type { HeldLease } from './leases.ts';
import type { WordKey } from './words.ts';

/** Names a dialog of a profile. */
export interface DialogKey {
  readonly profileId: string;
  readonly dialogId: string;
}

/** A word's dialogs, as far as the next one depends on them. */
export interface WordHistory {
  readonly hasUnusedDialog: boolean;
  /**
   * The number of the word's next dialog: how many it has, or one more than the highest number in their ids where
   * that is greater. Two callers that read the same past get the same number.
   */
  readonly nextNumber: number;
  /** Its last dialogs, newest first, at most 3. */
  readonly recent: readonly Dialog[];
}

/** What a top-up needs to know of a pool, read at one moment. */
export interface Survey {
  /** Unused dialogs of the profile, whichever words they belong to. */
  readonly unusedTotal: number;
  /** One for each word asked for, in the order asked. */
  readonly histories: readonly WordHistory[];
}

/** Where dialogs are kept. `Store` says what holds for every method. */
export interface DialogStore {
  dialogs(keys: readonly DialogKey[]): Promise<(Dialog | null)[]>;
  /** A profile's dialogs, the used or the unused ones, or both where null. Empty for an unknown profile. */
  dialogPage(profileId: string, isUsed: boolean | null, page: PageRequest): Promise<Page<Dialog>>;
  /** Zeros for an unknown profile. */
  dialogCounts(profileIds: readonly string[]): Promise<DialogCounts[]>;
  /** The unused dialog of each word, if it has one; the oldest where another writer made several. */
  unusedDialogs(keys: readonly WordKey[]): Promise<(Dialog | null)[]>;
  /**
   * Marks up to `count` unused dialogs as used at the time given, oldest first, and returns them so. Each dialog is
   * returned to one caller only (rule 9 of the pool). Fewer than `count` are returned only if there are no more, or if
   * the store fails after some have been claimed. If the store does not answer to a last look either, a dialog may be
   * used and no caller has it.
   *
   * Calls with the same key are one caller's: together they claim what the first of them alone would, and each returns
   * it, whatever its own count. If the store fails, a call with a key is StoreUnavailable, and the next one completes
   * the claim. A dialog that was deleted since is left out. A claim that found no dialog is forgotten.
   * @param claim names this call and no other: a store that cannot tell whether its write arrived looks for it
   * @param key chosen by the caller, unique within the profile; kept for a day at least
   */
  claimDialogs(profileId: string, count: number, at: Date, claim: string, key?: string): Promise<Dialog[]>;
  /** Marks a dialog as used at the time given; one already used is returned as it is. @throws {DialogNotFound} */
  markDialogUsed(profileId: string, dialogId: string, at: Date): Promise<Dialog>;
  /** How many unused dialogs the profile has; 0 for an unknown profile. */
  unusedTotal(profileId: string): Promise<number>;
  /** Reads the unused total together with the histories of some of the profile's words. */
  survey(profileId: string, wordIds: readonly string[]): Promise<Survey>;
  /**
   * Keeps a new unused dialog, whole or not at all. At most one of all callers succeeds where they give the same
   * id, and none while the store can see that the word has an unused dialog (rule 1 of the pool).
   * @param fence the lease that the caller acts on. A store that can do so looks at it in the same transaction; any
   *   other sends nothing once it is lost. If it is left out, nothing is asked
   * @returns false, having kept nothing, where the id is taken or the word has an unused dialog; and, as far as the
   *   store sees it without another round trip, where the word is learned or gone or its profile is gone
   * @throws {LeaseLost} if the fence is lost, having kept nothing
   */
  createDialog(dialog: Dialog, fence?: HeldLease): Promise<boolean>;
}
