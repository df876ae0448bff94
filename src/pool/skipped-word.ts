import type { Word } from '../model/word.ts';

/** Why a word was tried and got no dialog. */
export type SkipReason = 'HAS_UNUSED_DIALOG' | 'GENERATION_FAILED' | 'TAKEN_ELSEWHERE';

/** A word that was tried and got no dialog. */
export interface SkippedWord {
  readonly word: Word;
  readonly reason: SkipReason;
  /** For people to read, without secrets. */
  readonly message: string | null;
}
