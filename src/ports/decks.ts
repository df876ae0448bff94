import type { Grade } from '../model/review.ts';

/** A kind of note with its own fields. */
export interface NoteType {
  /** Unique within the deck. */
  readonly id: number;
  readonly name: string;
  /** The names of the fields, in their order. */
  readonly fields: readonly string[];
  /** How many notes are of this type. */
  readonly notes: number;
  /**
   * The fields of its first note, together cut to 5,000 characters, or to fewer if the deck has more than 100 note types;
   * null if it has none.
   */
  readonly sample: readonly string[] | null;
}

/** An answer in the review log of a deck. */
export interface CardReview {
  /** When it was given, in milliseconds since 1970, by the clock of another machine. */
  readonly at: number;
  readonly grade: Grade;
}

/** A card that asks for a note. */
export interface Card {
  /** Whether it has never been answered. */
  readonly isNew: boolean;
  /** Whether the learner has taken it out of practice. */
  readonly isSuspended: boolean;
  /** The time until it is shown again after its last review, in days. 0 if it is shorter than a day. */
  readonly intervalDays: number;
  /**
   * Its last answers since it was last made new, oldest first, at most 200; fewer if the notes around it have very many
   * cards. Answers that left the schedule as it was, in a deck for cramming, are not among them.
   */
  readonly reviews: readonly CardReview[];
}

/** What a deck says of one thing to learn. */
export interface Note {
  readonly id: number;
  readonly noteTypeId: number;
  /**
   * The fields as they are stored, in HTML. A field of more than 20,000 characters is cut a little behind that length, and
   * all of them together to 100,000.
   */
  readonly fields: readonly string[];
  readonly cards: readonly Card[];
}

/** An open package of notes. */
export interface Deck {
  readonly noteTypes: readonly NoteType[];
  /**
   * The notes in the order of their ids. They are read while the result is iterated, which is possible once.
   * @throws {BadDeck} if the package turns out to be damaged
   */
  notes(): AsyncIterable<Note>;
}

/** Reads packages of notes from Anki. */
export interface DeckReader {
  /**
   * Opens a package, calls `use` with it, and removes everything that was stored meanwhile, however `use` ends.
   * @param bytes the package. Its length has been limited
   * @param signal ends the reading; the promise then rejects
   * @throws {BadDeck} if it is no package that can be read
   * @throws {TooManyRequests} if too many other packages are being read or wait for it
   */
  withDeck<Result>(
    bytes: AsyncIterable<Uint8Array>,
    use: (deck: Deck) => Promise<Result>,
    signal: AbortSignal,
  ): Promise<Result>;
}
