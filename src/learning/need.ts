import type { Correction } from '../model/correction.ts';
import type { Memory } from '../model/memory.ts';
import { predicted } from './correction.ts';
import { countsOn, retrievability, reviewed } from './fsrs.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** How far ahead a practice is judged, in days. */
const HORIZON = 30;
/** What is assumed of a word without reviews: whether it would be recalled now, and in 30 days without a practice. */
const UNKNOWN = { now: 0.5, later: 0.2 } as const;

/** A word that may be practised next. */
export interface Candidate {
  /** Null if the word has no review that counted. */
  readonly memory: Memory | null;
}

/**
 * What a practice now would gain: the predicted recall in 30 days with it, minus that without it. The outcome of the
 * practice is not known, so both are weighed by the prediction: recalled (`good`) or not (`again`). 0 if the word was
 * already reviewed on this UTC day. A word without reviews is assumed to be recalled half of the time now, and to be
 * known with a probability of 20 % in 30 days if it is not practised.
 */
export function gain(memory: Memory | null, correction: Correction, at: Date): number {
  if (!countsOn(memory, at)) return 0;
  const later = new Date(at.getTime() + HORIZON * DAY_MS);
  const recall = (of: Memory, when: Date) => predicted(correction, retrievability(of, when));
  const now = memory === null ? UNKNOWN.now : recall(memory, at);
  const without = memory === null ? UNKNOWN.later : recall(memory, later);
  const ifRecalled = recall(reviewed(memory, 'good', at), later);
  const ifNot = recall(reviewed(memory, 'again', at), later);
  return now * ifRecalled + (1 - now) * ifNot - without;
}

/** The candidate that gains most from a practice now; the first of those that gain the same. Null if there is none. */
export function neediest<Word extends Candidate>(
  words: readonly Word[],
  correction: Correction,
  at: Date,
): Word | null {
  let best: { readonly word: Word; readonly gained: number } | null = null;
  for (const word of words) {
    const gained = gain(word.memory, correction, at);
    if (best === null || gained > best.gained) best = { word, gained };
  }
  return best?.word ?? null;
}
