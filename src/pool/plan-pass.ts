import type { TopUpOutcome } from '../model/top-up-outcome.ts';
import type { Word } from '../model/word.ts';
import type { WordHistory } from '../ports/dialogs.ts';

/** A word that a dialog may be made for, with what the store knows of its dialogs. */
export interface Candidate {
  readonly word: Word;
  readonly history: WordHistory;
}

/** What is known when a pass begins. */
export interface Observation {
  readonly min: number;
  /** Counted in the store. */
  readonly unusedTotal: number;
  /**
   * Why no dialog can be written now: the generator has failed as a whole, the server is stopping, or no more calls are
   * allowed.
   */
  readonly obstacle: 'GENERATOR_UNAVAILABLE' | 'BUDGET_EXHAUSTED' | null;
  /** The next words of the walk, in the order in which to try them; empty if the walk has ended. */
  readonly candidates: readonly Candidate[];
}

/** What a pass does: it creates `missing` dialogs from the candidates, or stops. */
export type Plan =
  | { readonly stop: TopUpOutcome }
  | { readonly missing: number; readonly candidates: readonly Candidate[] };

/**
 * Plans one pass from what was read from the store, never from what earlier passes have counted themselves.
 *
 * - If the minimum is reached, stop, also if the generator has failed.
 * - If no dialog can be written now, stop: trying further words would only cost.
 * - If no word is left to try, stop.
 * - Otherwise create exactly what is missing. Candidates that have an unused dialog stay in the list, so that they are
 *   reported as skipped when they are tried. Surplus candidates replace those that fail.
 *
 * `TopUp` acts on the plan: before it stops with WORDS_EXHAUSTED, it may walk over the words once more, and
 * `generateDialogs` ends a pass early if the lease is lost, the server stops or the generator fails.
 */
export function planPass({ min, unusedTotal, obstacle, candidates }: Observation): Plan {
  if (unusedTotal >= min) return { stop: 'SATISFIED' };
  if (obstacle !== null) return { stop: obstacle };
  if (candidates.length === 0) return { stop: 'WORDS_EXHAUSTED' };
  return { missing: min - unusedTotal, candidates };
}
