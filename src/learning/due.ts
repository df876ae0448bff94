import type { Correction } from '../model/correction.ts';
import type { Memory } from '../model/memory.ts';
import { predicted } from './correction.ts';
import { retrievability } from './fsrs.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const RETENTION = 0.9;
const LONGEST = 36_500;

/**
 * When this learner's recall of the word has fallen to 90 %: a whole number of days after the last review, 1 to 36,500,
 * the nearest one. Unlike `Memory.due`, it follows the learner's correction.
 */
export function correctedDue(memory: Memory, correction: Correction): Date {
  const after = (days: number) => new Date(memory.lastReviewedAt.getTime() + days * DAY_MS);
  const recall = (days: number) => predicted(correction, retrievability(memory, after(days)));
  // The first day on which recall is at most 90 %, by bisection: recall only falls.
  let [low, high] = [0, LONGEST];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (recall(middle) > RETENTION) low = middle;
    else high = middle;
  }
  const isNearer = low > 0 && recall(low) - RETENTION < RETENTION - recall(high);
  return after(isNearer ? low : high);
}
