import { createHash } from 'node:crypto';
import { Backoff } from '../concurrency/backoff.ts';
import type { Profile } from '../model/profile.ts';
import type { Word } from '../model/word.ts';
import type { Clock } from '../ports/clock.ts';

/**
 * When a word is tried again for which no dialog could be written: at once if somebody asks for a top-up, soon if a claim
 * waits for a dialog, later if nobody asks.
 */
export type Retry = 'AT_ONCE' | 'SOON' | 'LATER';

/** How long such a word is left out. A client may claim again and again, and each attempt is paid for. */
const PAUSES_MS = {
  SOON: { first: 10_000, longest: 10 * 60_000 },
  LATER: { first: 5 * 60_000, longest: 6 * 60 * 60_000 },
};

/**
 * The words for which the generator could write no dialog a short while ago: each attempt is paid for. A word that was
 * changed, or removed and added again, counts as another word, and so does one whose profile has another language or
 * level. Each process remembers the words that failed in it, up to the limit of `Backoff`.
 */
export class FailedWords {
  readonly #pauses: Readonly<Record<Exclude<Retry, 'AT_ONCE'>, Backoff>>;

  constructor(clock: Clock) {
    this.#pauses = {
      SOON: new Backoff(clock, PAUSES_MS.SOON),
      LATER: new Backoff(clock, PAUSES_MS.LATER),
    };
  }

  /** To be called when no dialog could be written. The next pauses of the word begin. */
  failed(profile: Profile, word: Word): void {
    const state = stateOf(profile, word);
    for (const pauses of Object.values(this.#pauses)) pauses.begin(`${profile.id} ${word.id}`, state);
  }

  /** To be called when a dialog was written. The next pauses of the word have the first length again. */
  succeeded(profile: Profile, wordId: string): void {
    for (const pauses of Object.values(this.#pauses)) pauses.end(`${profile.id} ${wordId}`);
  }

  /** Whether the word may be tried now. */
  mayTry(profile: Profile, word: Word, retry: Retry): boolean {
    if (retry === 'AT_ONCE') return true;
    return !this.#pauses[retry].isOn(`${profile.id} ${word.id}`, stateOf(profile, word));
  }
}

/** A hash of what decides whether a dialog can be written. Words of other programs may have long texts. */
export function stateOf({ nativeLanguage, targetLanguage, level }: Profile, word: Word): string {
  const { text, translation, dialogSeries } = word;
  const parts = [nativeLanguage, targetLanguage, level, text, translation, dialogSeries];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}
