import { createHash } from 'node:crypto';
import type { WordMemory } from './word-memory.ts';

/** A *pending* word waits to be taught, a *teaching* word is being learned, a *learned* word gets no more dialogs. */
export const WORD_STATES = ['pending', 'teaching', 'learned'] as const;
export type WordState = (typeof WORD_STATES)[number];

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
