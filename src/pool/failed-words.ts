import { createHash } from 'node:crypto';
import { Backoff } from '../concurrency/backoff.ts';
import type { Profile } from '../model/profile.ts';
import type { Word } from '../model/word.ts';
import type { Clock } from '../ports/clock.ts';

/** How long automatic top-ups leave out a word for which no dialog could be written. */
const PAUSE_MS = { first: 5 * 60_000, longest: 6 * 60 * 60_000 };

/**
 * The words for which the generator could write no dialog a short while ago: each attempt is paid for. A word that was
 * changed, or removed and added again, counts as another word, and so does one whose profile has another language or
 * level. Each process remembers the words that failed in it, up to the limit of `Backoff`.
 */
export class FailedWords {
  readonly #pauses: Backoff;

  constructor(clock: Clock) {
    this.#pauses = new Backoff(clock, PAUSE_MS);
  }

  /** To be called when no dialog could be written. The next pause of the word begins. */
  failed(profile: Profile, word: Word): void {
    this.#pauses.begin(`${profile.id} ${word.id}`, stateOf(profile, word));
  }

  /** To be called when a dialog was written. The next pause of the word has the first length again. */
  succeeded(profile: Profile, wordId: string): void {
    this.#pauses.end(`${profile.id} ${wordId}`);
  }

  /** Whether no dialog could be written for the word a short while ago. */
  hasJustFailed(profile: Profile, word: Word): boolean {
    return this.#pauses.isOn(`${profile.id} ${word.id}`, stateOf(profile, word));
  }
}

/** A hash of what decides whether a dialog can be written. Words of other programs may have long texts. */
function stateOf({ nativeLanguage, targetLanguage, level }: Profile, word: Word): string {
  const { text, translation, dialogSeries } = word;
  const parts = [nativeLanguage, targetLanguage, level, text, translation, dialogSeries];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}
