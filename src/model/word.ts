import { createHash } from 'node:crypto';
import type { WordMemory } from './word-memory.ts';

/** A *pending* word waits to be taught, a *teaching* word is being learned, a *learned* word gets no more dialogs. */
export const WORD_STATES = ['pending', 'teaching', 'learned'] as const;
export type WordState = (typeof WORD_STATES)[number];

/** The longest series of dialogs, in characters. */
export const DIALOG_SERIES_LENGTH = 8;

/** A word or a short phrase that the learner wants to learn. */
export interface Word {
  readonly id: string;
  readonly profileId: string;
  /** In the target language; 1 to 200 characters. */
  readonly text: string;
  /** In the native language. */
  readonly translation: string | null;
  readonly state: WordState;
  /** What reviews have taught about the learner's memory of the word. Null before the first. */
  readonly memory: WordMemory | null;
  /**
   * A part of the ids of the word's dialogs, chosen at random when the word is added: a word that is removed and added
   * again has the same id, and its dialogs get other ids than before. Null for words of other programs.
   */
  readonly dialogSeries: string | null;
  readonly createdAt: Date;
}

/** How many words a profile has in each state. */
export type WordCounts = Readonly<Record<WordState, number>>;

/**
 * The key by which texts are compared: two texts are the same word if their keys are equal. Only case and Unicode form
 * (NFC, NFD, width variants) are folded. `Maße` and `Masse` are two words, and so are `esta` and `está`.
 */
export function wordKey(text: string): string {
  return text.normalize('NFKC').toLowerCase().normalize('NFKC');
}

/**
 * The id of a profile's word: 32 hexadecimal digits, a hash of the profile's id and the word's key. A word that is added
 * twice at the same time gets the same id, so a store needs no other unique key. Hashes are evenly distributed, so the
 * order of ids is a random order that need not be stored.
 */
export function wordId(profileId: string, text: string): string {
  return createHash('sha256')
    .update(`${profileId}\0${wordKey(text)}`)
    .digest('hex')
    .slice(0, 32);
}

/**
 * A new value for `Word.dialogSeries`.
 * @param newId makes version 4 UUIDs, whose first eight digits are random
 */
export function newDialogSeries(newId: () => string): string {
  return newId().slice(0, DIALOG_SERIES_LENGTH);
}
