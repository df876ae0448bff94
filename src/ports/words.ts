import type { Page, PageRequest } from '../model/page.ts';
import type { Word, WordCounts, WordState } from '../model/word.ts';

/** Names a word of a profile. */
export interface WordKey {
  readonly profileId: string;
  readonly wordId: string;
}

/** Words in a state that dialogs are made for. */
export type TaughtState = Exclude<WordState, 'learned'>;

/**
 * A place on the ring of a profile's words of one state. The ring is the order of their ids, the last followed
 * by the first; a walk begins at `start` (any string, it need be nobody's id) and ends when it is back there.
 */
export interface DrawPosition {
  readonly start: string;
  /** The id of the last word already drawn, null before the first. */
  readonly after: string | null;
  /** Whether the walk has passed the end of the order of ids and goes on from its beginning. */
  readonly wrapped: boolean;
}

/** Words drawn from a ring, and where to go on; `next` is null when every word has been drawn. */
export interface Draw {
  readonly words: readonly Word[];
  readonly next: DrawPosition | null;
}

/** Where words are kept. `Store` says what holds for every method. */
export interface WordStore {
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
  /**
   * Draws up to `limit` words of a state from the ring of their ids. Its cost grows with `limit`, not with the
   * vocabulary. A walk draws every word that stays in the state meanwhile exactly once.
   */
  drawWords(profileId: string, state: TaughtState, from: DrawPosition, limit: number): Promise<Draw>;
  /** The highest id of the profile's words of a state, in the order of the ring; null if there is none. */
  lastWordId(profileId: string, state: TaughtState): Promise<string | null>;
}
