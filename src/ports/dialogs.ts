import type { Dialog, DialogCounts } from '../model/dialog.ts';
import type { Page, PageRequest } from '../model/page.ts';
import type { HeldLease } from './leases.ts';
import type { WordKey } from './words.ts';

/** Identifies a dialog. Its id is unique within the profile. */
export interface DialogKey {
  readonly profileId: string;
  readonly dialogId: string;
}

/** What the next dialog of a word depends on. */
export interface WordHistory {
  readonly hasUnusedDialog: boolean;
  /**
   * The number of the word's next dialog: how many dialogs the word has, or the highest number in their ids plus one,
   * whichever is greater; dialogs of every series count. Two callers that read the same dialogs get the same number.
   */
  readonly nextNumber: number;
  /** The word's last dialogs, newest first, at most 3. */
  readonly recent: readonly Dialog[];
  /** The styles of the word's last dialogs, newest first, at most 24. Null for a dialog without a style. */
  readonly styles: readonly (string | null)[];
}

/**
 * What a top-up needs to know of a pool, read by one query. If a store returns a large pool in several pages, a dialog
 * that is stored meanwhile may or may not be in it.
 */
export interface Survey {
  /** How many unused dialogs the profile has, of all its words. */
  readonly unusedTotal: number;
  /** One per given word, in the given order. */
  readonly histories: readonly WordHistory[];
}

/** What the next top-up needs to know of the dialogs before its own. */
export type LatestDialog = Pick<Dialog, 'style' | 'createdAt'>;

/** Stores dialogs. `Store` says what holds for every method. */
export interface DialogStore {
  /** Reads dialogs by their keys. */
  dialogs(keys: readonly DialogKey[]): Promise<(Dialog | null)[]>;
  /** A page of a profile's used or unused dialogs, null for both. Empty for an unknown profile. */
  dialogPage(profileId: string, isUsed: boolean | null, page: PageRequest): Promise<Page<Dialog>>;
  /** The number of used and unused dialogs, per profile. Zeros for an unknown profile. */
  dialogCounts(profileIds: readonly string[]): Promise<DialogCounts[]>;
  /** The unused dialog of each word; the oldest if another program has created several. */
  unusedDialogs(keys: readonly WordKey[]): Promise<(Dialog | null)[]>;
  /**
   * Marks up to `count` unused dialogs as used, oldest first, and returns them in this order. Each dialog is returned to
   * one caller only (rule 9 of the pool).
   *
   * Fewer than `count` are returned only if there are no more, or if the store fails after some were marked. If the
   * store fails and does not answer a last query either, a dialog may be marked and returned to no caller.
   *
   * All calls with the same key make one claim: together they mark what the first of them would mark alone, and each
   * returns all of it, whatever its own count. If the store fails, a call with a key throws StoreUnavailable, and the
   * next call with the key completes the claim. Dialogs that were deleted since are left out. A claim that finds no
   * dialog is not remembered.
   * @param at the time at which the dialogs are used
   * @param claim an id that no other call has. A store that cannot tell whether its write was carried out looks for it
   * @param key chosen by the caller, unique within the profile; remembered for at least a day
   */
  claimDialogs(profileId: string, count: number, at: Date, claim: string, key?: string): Promise<Dialog[]>;
  /**
   * Marks a dialog as used at the given time. A dialog that is already used keeps its time.
   * @throws {DialogNotFound}
   */
  markDialogUsed(profileId: string, dialogId: string, at: Date): Promise<Dialog>;
  /** How many unused dialogs the profile has; 0 for an unknown profile. */
  unusedTotal(profileId: string): Promise<number>;
  /** Reads the unused total and the histories of the given words of the profile by one query. */
  survey(profileId: string, wordIds: readonly string[]): Promise<Survey>;
  /** The dialogs that were created last, newest first. Dialogs without a date may be left out. */
  latestDialogs(profileId: string, limit: number): Promise<LatestDialog[]>;
  /**
   * Stores a new unused dialog, completely or not at all. Of several callers with the same id, one succeeds. A word that
   * has an unused dialog gets no second one (rule 1 of the pool): a store that cannot check this itself relies on the
   * id, which callers derive from `WordHistory.nextNumber`.
   * @param fence the lease that the caller relies on. A store that can check it in the same transaction does so. Any
   *   other store sends no request after the lease was lost. If it is left out, no lease is checked
   * @returns false if nothing was stored, because the id is taken or the word has an unused dialog; also if the word is
   *   learned or removed or its profile is deleted, in a store that sees this without another request
   * @throws {LeaseLost} if the fence is lost; nothing was stored
   */
  createDialog(dialog: Dialog, fence?: HeldLease): Promise<boolean>;
}
