import type { Dialog } from '../model/dialog.ts';
import type { Profile } from '../model/profile.ts';
import type { Usage } from '../model/spend.ts';
import type { Word } from '../model/word.ts';
import type { SkippedWord } from './skipped-word.ts';

/** What a top-up has done so far, through all its passes, also if it is broken off later. */
export class Progress {
  /** The profile that the last dialogs were made for: it may have been changed since the top-up was asked for. */
  profile: Profile;
  readonly calls: Usage[] = [];
  /** Unexpected errors of the generator since the last dialog was made. */
  defects = 0;
  readonly #created: Dialog[] = [];
  readonly #skipped = new Map<string, SkippedWord>();
  readonly #gotDialog = new Set<string>();
  readonly #failed = new Set<string>();

  constructor(profile: Profile) {
    this.profile = profile;
  }

  get created(): readonly Dialog[] {
    return this.#created;
  }

  get skipped(): readonly SkippedWord[] {
    return [...this.#skipped.values()];
  }

  /** A word that got a dialog or failed is not tried again; one that had an unused dialog may have none by now. */
  mayTry(word: Word): boolean {
    return !this.#gotDialog.has(word.id) && !this.#failed.has(word.id);
  }

  addCreated(dialog: Dialog): void {
    this.#created.push(dialog);
    this.defects = 0;
    this.#gotDialog.add(dialog.wordId);
    this.#skipped.delete(dialog.wordId);
  }

  addSkipped(skip: SkippedWord): void {
    this.#skipped.set(skip.word.id, skip);
    if (skip.reason !== 'HAS_UNUSED_DIALOG') this.#failed.add(skip.word.id);
  }

  /** Lets words that got a dialog be tried again: it may have been claimed since. Those that failed stay tried. */
  allowAgain(): void {
    this.#gotDialog.clear();
  }
}
