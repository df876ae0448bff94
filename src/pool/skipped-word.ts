import type { SkipReason } from '../model/skip-reason.ts';
import type { Word } from '../model/word.ts';

/** A word that was tried and got no dialog. */
export interface SkippedWord {
  readonly word: Word;
  readonly reason: SkipReason;
  /** For people to read, without secrets. */
  readonly message: string | null;
}
