import type { Page, PageRequest } from '../model/page.ts';
import type { Word, WordCounts, WordState } from '../model/word.ts';

/** Identifies a word. Its id is unique within the profile. */
export interface WordKey {
  readonly profileId: string;
  readonly wordId: string;
}

/** A state whose words get dialogs. */
export type TaughtState = Exclude<WordState, 'learned'>;

/**
 * A position in a walk through a profile's words of one state. The walk visits the words in the order of their ids,
 * begins at `start`, goes on from the lowest id after the highest, and ends when it is back at `start`.
 */
export interface DrawPosition {
  /** Any text. There need not be a word with this id. */
  readonly start: string;
  /** The id of the last word that was drawn; null if none was. */
  readonly after: string | null;
  /** Whether the walk has passed the highest id. */
  readonly wrapped: boolean;
}

/** A part of a walk. */
export interface Draw {
  readonly words: readonly Word[];
  /** Where the walk goes on; null if every word has been drawn. */
  readonly next: DrawPosition | null;
}

/** Stores words. `Store` says what holds for every method. */
export interface WordStore {
  /**
   * Adds the words that the profile does not have yet. Two words are the same if their texts have the same `wordKey`.
   * A store that cannot add all at once may have added some if it fails; adding the words again adds the rest.
   * @param words up to 1,000, with distinct keys, with the given profile's id and with ids of `wordId`
   * @returns both lists in the given order; `existing` has the words as they are stored
   * @throws {ProfileNotFound} nothing was added then
   */
  addWords(profileId: string, words: readonly Word[]): Promise<{ added: Word[]; existing: Word[] }>;
  /** Reads words by their keys. */
  words(keys: readonly WordKey[]): Promise<(Word | null)[]>;
  /** A page of a profile's words in the given states, null for all states. Empty for an unknown profile. */
  wordPage(profileId: string, states: readonly WordState[] | null, page: PageRequest): Promise<Page<Word>>;
  /** The number of words in each state, per profile. Zeros for an unknown profile. */
  wordCounts(profileIds: readonly string[]): Promise<WordCounts[]>;
  /**
   * Sets the state of up to 1,000 words. A word that already has the state is not written.
   *
   * A store that cannot change all at once may have changed some words if it fails, or if a word is removed meanwhile.
   * Calling again changes the rest.
   * @returns the words in the given order, each once
   * @throws {ProfileNotFound | WordNotFound} nothing was changed then if the word was missing from the beginning
   */
  setWordState(profileId: string, wordIds: readonly string[], state: WordState): Promise<Word[]>;
  /**
   * Removes up to 1,000 words with their unused dialogs. Used dialogs stay. Unknown ids are ignored.
   *
   * A store that cannot remove all at once may have removed some words if it fails. Calling again removes the rest. Such
   * a store may also keep a dialog that is stored at the same time.
   * @returns the ids that this call has removed, in the given order
   * @throws {ProfileNotFound}
   */
  removeWords(profileId: string, wordIds: readonly string[]): Promise<string[]>;
  /**
   * Draws the next words of a walk, at most `limit`. A walk draws every word that is in the state all the time exactly
   * once. The cost grows with `limit` and not with the number of words.
   */
  drawWords(profileId: string, state: TaughtState, from: DrawPosition, limit: number): Promise<Draw>;
  /** The texts of learned words, at most `limit`. It is not said which ones if there are more. */
  learnedTexts(profileId: string, limit: number): Promise<string[]>;
  /** The highest id of the profile's words in a state, in the order of a walk; null if there are none. */
  lastWordId(profileId: string, state: TaughtState): Promise<string | null>;
}
