import type { Memory } from '../model/memory.ts';
import type { WordState } from '../model/word.ts';

/** A word counts as learned from this stability on, in days. */
const LEARNED_STABILITY = 21;

/**
 * The state of a word after a review, if reviews change states: a first review makes a pending word teaching, a
 * stability of 21 days makes a word learned, and a lapse makes it teaching again.
 * @param before the memory before the review; null if it was the first one
 */
export function progressed(state: WordState, before: Memory | null, after: Memory): WordState {
  if (before !== null && after.reviews <= before.reviews) return state;
  if (before !== null && after.lapses > before.lapses) return 'teaching';
  if (after.stability >= LEARNED_STABILITY) return 'learned';
  return state === 'pending' ? 'teaching' : state;
}
