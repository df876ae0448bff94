import type { Dialog } from '../model/dialog.ts';
import type { Profile } from '../model/profile.ts';
import type { Usage } from '../model/spend.ts';
import type { Word } from '../model/word.ts';
import { type FailedWords, type Retry, stateOf } from './failed-words.ts';
import type { SkippedWord } from './skipped-word.ts';

/**
 * How far the dates of dialogs may be ahead of the clock, in milliseconds: a top-up that is faster than a dialog a
 * millisecond puts them ahead. A date beyond is that of a wrong clock, and the dialogs that follow don't go by it.
 */
const MOST_AHEAD_MS = 1_000;

/** What a top-up has done so far, in all its passes. */
export class Progress {
  /** The profile as last read. It may have been changed since the top-up was requested. */
  profile: Profile;
  /** The unused dialogs of the profile as last counted in the store. */
  #unusedTotal = 0;
  #isWaiting = false;
  /** Unexpected errors of the generator since the last dialog was created. */
  defects = 0;
  #revision = 0;
  #lastCreation = 0;
  readonly #calls: Usage[] = [];
  readonly #created: Dialog[] = [];
  readonly #skipped = new Map<string, SkippedWord>();
  readonly #gotDialog = new Set<string>();
  /** The state in which each word failed, by its id. */
  readonly #failed = new Map<string, string>();
  readonly #failedWords: FailedWords;

  /** @param failedWords those of all top-ups of this process */
  constructor(profile: Profile, failedWords: FailedWords) {
    this.profile = profile;
    this.#failedWords = failedWords;
  }

  get unusedTotal(): number {
    return this.#unusedTotal;
  }

  /** Whether another top-up of the profile has to end first. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  /** Changes with everything that the top-up does. */
  get revision(): number {
    return this.#revision;
  }

  /** The paid calls. */
  get calls(): readonly Usage[] {
    return this.#calls;
  }

  get created(): readonly Dialog[] {
    return this.#created;
  }

  get skipped(): readonly SkippedWord[] {
    return [...this.#skipped.values()];
  }

  /**
   * Whether a word may be tried: no if it got a dialog or failed. An unused dialog may have been claimed since. A word that
   * was removed and added again after it failed is another word, as in `FailedWords`.
   * @param retry when it is tried again if it has failed in another top-up
   */
  mayTry(word: Word, retry: Retry): boolean {
    if (this.#gotDialog.has(word.id)) return false;
    const failed = this.#failed.get(word.id);
    if (failed !== undefined && failed === stateOf(this.profile, word)) return false;
    return this.#failedWords.mayTry(this.profile, word, retry);
  }

  /** To be called if another top-up of the profile is found to be running, in this process or in another one. */
  wait(): void {
    if (!this.#isWaiting) this.#revision += 1;
    this.#isWaiting = true;
  }

  /** To be called when the lease is taken. */
  begin(): void {
    this.#isWaiting = false;
    this.#revision += 1;
  }

  /** To be called after a count in the store. */
  counted(unusedTotal: number): void {
    if (unusedTotal !== this.#unusedTotal) this.#revision += 1;
    this.#unusedTotal = unusedTotal;
  }

  addCall(usage: Usage): void {
    this.#calls.push(usage);
    this.#revision += 1;
  }

  addCreated(dialog: Dialog): void {
    this.#revision += 1;
    this.#created.push(dialog);
    this.defects = 0;
    this.#gotDialog.add(dialog.wordId);
    this.#skipped.delete(dialog.wordId);
    this.#failedWords.succeeded(this.profile, dialog.wordId);
  }

  /** @param hasFailed whether the word is not tried again by this top-up */
  addSkipped(skip: SkippedWord, hasFailed: boolean): void {
    this.#revision += 1;
    this.#skipped.set(skip.word.id, skip);
    if (hasFailed) this.#failed.set(skip.word.id, stateOf(this.profile, skip.word));
    if (skip.reason === 'GENERATION_FAILED') this.#failedWords.failed(this.profile, skip.word);
  }

  /**
   * The date of the next dialog: now, or a millisecond after the dialog before. Dialogs are claimed in the order of their
   * dates, which is therefore that in which they were written.
   * @param earlier the date of the last dialog of the top-ups before
   */
  nextCreation(now: Date, earlier: Date | null): Date {
    const time = now.getTime();
    const before = earlier === null || earlier.getTime() > time + MOST_AHEAD_MS ? 0 : earlier.getTime();
    this.#lastCreation = Math.max(time, before + 1, this.#lastCreation + 1);
    return new Date(this.#lastCreation);
  }

  /** Allows words that got a dialog to be tried again: it may have been claimed. Words that failed stay excluded. */
  allowAgain(): void {
    this.#gotDialog.clear();
  }
}
