import { createHash } from 'node:crypto';

/** *pending* waits to be taught, *teaching* is being learned, *learned* gets no more dialogs. */
export const WORD_STATES = ['pending', 'teaching', 'learned'] as const;
export type WordState = (typeof WORD_STATES)[number];

/** A word or short phrase that the learner is to learn. */
export interface Word {
  readonly id: string;
  readonly profileId: string;
  /** In the target language; 1 to 200 characters. */
  readonly text: string;
  /** In the native language. */
  readonly translation: string | null;
  readonly state: WordState;
  readonly createdAt: Date;
}

/** How many words of a profile are in each state. */
export type WordCounts = Readonly<Record<WordState, number>>;

/**
 * What two texts share when they are the same word: case and Unicode form (NFC, NFD, width variants) are
 * folded, nothing else. `Maße` and `Masse` stay two words, and so do `esta` and `está`.
 */
export function wordKey(text: string): string {
  return text.normalize('NFKC').toLowerCase().normalize('NFKC');
}

/**
 * The id of a profile's word: 32 hexadecimal digits made from the profile and the word's key. The same word
 * added twice at the same time gets the same id, so a store needs no other unique key to keep it single; and
 * since a hash is evenly spread, the order of ids is a random order that never has to be stored.
 */
export function wordId(profileId: string, text: string): string {
  return createHash('sha256')
    .update(`${profileId}\0${wordKey(text)}`)
    .digest('hex')
    .slice(0, 32);
}
