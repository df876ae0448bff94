import type { TopUpOutcome } from '../model/top-up-outcome.ts';
import type { Word } from '../model/word.ts';
import type { WordHistory } from '../ports/dialogs.ts';

/** A word that a dialog may be made for, with what the store knows of its dialogs. */
export interface Candidate {
  readonly word: Word;
  readonly history: WordHistory;
}

/** What has been observed when a pass begins. */
export interface Observation {
  readonly min: number;
  /** Counted in the store. */
  readonly unusedTotal: number;
  /** Whether dialogs can be had: no once the generator has failed as a whole, or the server is stopping. */
  readonly canGenerate: boolean;
  /** The next words of the walk, in the order in which they are to be tried; none when the walk has ended. */
  readonly candidates: readonly Candidate[];
}

/** What a pass is to do: make `missing` dialogs from the candidates, or stop. */
export type Plan =
  | { readonly stop: TopUpOutcome }
  | { readonly missing: number; readonly candidates: readonly Candidate[] };

/**
 * Plans one pass from what was observed, never from what earlier passes believe to have done.
 *
 * - The minimum is reached: stop, whatever else is wrong. The pool is what was asked for.
 * - No dialog can be had just now: stop, since every further word would only cost.
 * - No word is left to try: stop; the words do not allow more.
 * - Otherwise make exactly what is missing. Candidates that have an unused dialog stay in the list, so that they
 *   are reported as skipped when their turn comes; more candidates than missing dialogs stand by for those that
 *   fail.
 */
export function planPass({ min, unusedTotal, canGenerate, candidates }: Observation): Plan {
  if (unusedTotal >= min) return { stop: 'SATISFIED' };
  if (!canGenerate) return { stop: 'GENERATOR_UNAVAILABLE' };
  if (candidates.length === 0) return { stop: 'WORDS_EXHAUSTED' };
  return { missing: min - unusedTotal, candidates };
}
