import type { Dialog, DialogCounts } from '../../model/dialog.ts';
import type { Page, PageRequest } from '../../model/page.ts';
import type { Profile, ProfileChange } from '../../model/profile.ts';
import type { Word, WordCounts, WordState } from '../../model/word.ts';

/** Names a word of a profile. */
export interface WordKey {
  readonly profileId: string;
  readonly wordId: string;
}

/** Names a dialog of a profile. */
export interface DialogKey {
  readonly profileId: string;
  readonly dialogId: string;
}

/** Words in a state that dialogs are made for. */
export type TaughtState = Exclude<WordState, 'learned'>;

/**
 * A place on the ring of a profile's words of one state. The ring is the order of their ids, the last followed
 * by the first; a walk begins at `start` (any string, it need be nobody's id) and ends when it is back there.
 */
export interface RingPosition {
  readonly start: string;
  /** The id of the last word already drawn, null before the first. */
  readonly after: string | null;
  /** Whether the walk has passed the end of the order of ids and goes on from its beginning. */
  readonly wrapped: boolean;
}

/** Words drawn from a ring, and where to go on; `next` is null when every word has been drawn. */
export interface Draw {
  readonly words: readonly Word[];
  readonly next: RingPosition | null;
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

/** Says that its owner alone may do something, until it lapses. Made by a store; hand it back as it is. */
export interface Lease {
  /** What the lease was taken for: a profile's id, or another key. */
  readonly profileId: string;
  readonly owner: string;
  readonly until: Date;
  /** The store's own mark of this version of the lease. */
  readonly version: string;
}

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
 * - A store that does not answer, is too busy, or was closed: StoreUnavailable. A write that failed so may or may
 *   not have been carried out, unless the method says more; sending it again is always safe.
 */
export interface Store {
  // Profiles

  /** @throws {ProfileAlreadyExists} */
  createProfile(profile: Profile): Promise<void>;
  /** Changes the named fields and returns the profile as it then is. @throws {ProfileNotFound} */
  updateProfile(id: string, change: ProfileChange): Promise<Profile>;
  /**
   * Deletes the profile with its words and dialogs. Nobody has its lease any longer; one that was held may be free
   * only when it would have lapsed.
   * @throws {ProfileNotFound}
   */
  deleteProfile(id: string): Promise<void>;
  profiles(ids: readonly string[]): Promise<(Profile | null)[]>;
  profilePage(page: PageRequest): Promise<Page<Profile>>;

  // Words

  /**
   * Adds those words that the profile does not have, matched by `wordKey`. Their ids are of `wordId`, their keys
   * are distinct within the call, and they share the profile id given. Up to 1,000.
   * @returns both lists in the order given; `existing` as the store has them
   * @throws {ProfileNotFound} and adds nothing
   */
  addWords(profileId: string, words: readonly Word[]): Promise<{ added: Word[]; existing: Word[] }>;
  words(keys: readonly WordKey[]): Promise<(Word | null)[]>;
  /** A profile's words in the given states, all where null. Empty for an unknown profile. */
  wordPage(profileId: string, states: readonly WordState[] | null, page: PageRequest): Promise<Page<Word>>;
  /** Zeros for an unknown profile. */
  wordCounts(profileIds: readonly string[]): Promise<WordCounts[]>;
  /**
   * Sets the state of up to 1,000 words and returns them in the order given, without repetition. A word that is
   * already in the state is left as it is. A store that cannot change all at once changes what it can: where it
   * fails in between, or a word is removed meanwhile, others may be changed, and sending it again changes the rest.
   * @throws {ProfileNotFound | WordNotFound} and changes nothing where one was missing from the beginning
   */
  setWordState(profileId: string, wordIds: readonly string[], state: WordState): Promise<Word[]>;
  /**
   * Removes up to 1,000 words with their unused dialogs; used dialogs stay. Unknown ids are passed over.
   * @returns the ids removed by this call, in the order given
   * @throws {ProfileNotFound}
   */
  removeWords(profileId: string, wordIds: readonly string[]): Promise<string[]>;

  // Dialogs

  dialogs(keys: readonly DialogKey[]): Promise<(Dialog | null)[]>;
  /** A profile's dialogs, the used or the unused ones, or both where null. Empty for an unknown profile. */
  dialogPage(profileId: string, isUsed: boolean | null, page: PageRequest): Promise<Page<Dialog>>;
  /** Zeros for an unknown profile. */
  dialogCounts(profileIds: readonly string[]): Promise<DialogCounts[]>;
  /** The unused dialog of each word, if it has one; the oldest where another writer made several. */
  unusedDialogs(keys: readonly WordKey[]): Promise<(Dialog | null)[]>;
  /**
   * Marks up to `count` unused dialogs as used at the time given, oldest first, and returns them so. Each dialog is
   * returned by one call only, whoever calls (rule 9 of the pool); fewer than `count` only where there are no more,
   * or where the store fails after some have been claimed. A dialog whose claim was carried out while the store
   * answered to nothing, a last look included, is used and nobody's.
   * @param claim names this call and no other: a store that cannot tell whether its write arrived looks for it
   */
  claimDialogs(profileId: string, count: number, at: Date, claim: string): Promise<Dialog[]>;
  /** Marks a dialog as used at the time given; one already used is returned as it is. @throws {DialogNotFound} */
  markDialogUsed(profileId: string, dialogId: string, at: Date): Promise<Dialog>;

  // Topping up

  /** How many unused dialogs the profile has; 0 for an unknown profile. */
  unusedTotal(profileId: string): Promise<number>;
  /**
   * Draws up to `limit` words of a state from the ring of their ids. Its cost grows with `limit`, not with the
   * vocabulary. A walk draws every word that stays in the state meanwhile exactly once.
   */
  drawWords(profileId: string, state: TaughtState, from: RingPosition, limit: number): Promise<Draw>;
  /** Reads the unused total together with the histories of some of the profile's words. */
  survey(profileId: string, wordIds: readonly string[]): Promise<Survey>;
  /**
   * Keeps a new unused dialog, whole or not at all. At most one of all callers succeeds where they give the same
   * id, and none while the store can see that the word has an unused dialog (rule 1 of the pool).
   * @returns false, having kept nothing, where the id is taken or the word has an unused dialog; and, as far as the
   *   store sees it without another round trip, where the word is learned or gone or its profile is gone
   */
  createDialog(dialog: Dialog): Promise<boolean>;
  /**
   * Takes the profile's lease for `owner` until the time given, where nobody has it or it had lapsed by `now`.
   * Of several that try at once one succeeds. Any key may stand in the place of the profile's id (a sentence being
   * voiced has one, which several profiles share): whether there is such a profile is not asked.
   * @returns null where another owner has it
   */
  takeLease(profileId: string, owner: string, now: Date, until: Date): Promise<Lease | null>;
  /** Prolongs a lease. @returns null where it is no longer its owner's */
  renewLease(lease: Lease, until: Date): Promise<Lease | null>;
  /** Gives a lease back; does nothing where it is no longer its owner's. */
  releaseLease(lease: Lease): Promise<void>;

  // Voicing

  /**
   * The profile's unused dialogs that have a reference voice and a turn without a recording. Empty for an unknown
   * profile. Its cost grows with the page, not with the dialogs that have been voiced.
   */
  silentDialogPage(profileId: string, page: PageRequest): Promise<Page<Dialog>>;
  /**
   * Gives recordings to a dialog's turns: each turn that has none gets the one named for its text, where there is
   * one. A turn that has a recording keeps it, and nothing else of the dialog changes, used meanwhile or not.
   * @param names of recordings, by the text that they speak
   * @returns how many turns got one from this call; 0 where the dialog is gone
   */
  saveRecordings(profileId: string, dialogId: string, names: ReadonlyMap<string, string>): Promise<number>;
  /** How many of the profile's unused dialogs have a recording on every turn; 0 for an unknown profile. */
  voicedTotals(profileIds: readonly string[]): Promise<number[]>;

  // The store itself

  /** Resolves when the store answers. */
  ping(): Promise<void>;
  /** Lets go of the store's resources. Closing it again does nothing; every other call is then StoreUnavailable. */
  close(): Promise<void>;
}
