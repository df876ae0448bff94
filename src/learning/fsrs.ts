import { createEmptyCard, dateDiffInDays, fsrs, Rating, State } from 'ts-fsrs';
import { DIFFICULTY, type Memory, STABILITY } from '../model/memory.ts';
import type { Grade } from '../model/review.ts';
import { within } from './bounds.ts';

/* The only file that imports ts-fsrs. That package adds methods to `Date.prototype`; nothing else may use them. */

/** FSRS-6 with its default parameters: due dates at 90 % recall, no fuzz, no learning steps, whole days. */
const scheduler = fsrs({ enable_fuzz: false, enable_short_term: false, request_retention: 0.9 });

const RATINGS = { again: Rating.Again, hard: Rating.Hard, good: Rating.Good, easy: Rating.Easy } as const;

/**
 * Whether a review at this time counts: the first one of a word on a UTC day does. A later one on the same day, and one
 * that is dated before the last review that counted, is only logged.
 * @param memory null before the word's first review
 */
export function countsOn(memory: Memory | null, at: Date): boolean {
  return memory === null || dateDiffInDays(memory.lastReviewedAt, at) > 0;
}

/**
 * The memory of a word after a review, as FSRS-6 computes it. The same memory if the review does not count
 * (see `countsOn`).
 * @param memory null before the word's first review
 */
export function reviewed(memory: Memory | null, grade: Grade, at: Date): Memory {
  if (memory !== null && !countsOn(memory, at)) return memory;
  const { card } = scheduler.next(memory === null ? createEmptyCard(at) : cardOf(memory), at, RATINGS[grade]);
  const { stability, difficulty, due, reps: reviews, lapses } = card;
  return { stability, difficulty, due, reviews, lapses, lastReviewedAt: at };
}

/**
 * The probability of recall that FSRS-6 predicts with its default parameters, without a learner's correction; more than
 * 0, at most 1. Time counts in whole UTC days, as it does when a review changes the memory. It is 1 on the day of the
 * last review, and before.
 */
export function retrievability(memory: Memory, at: Date): number {
  const days = Math.max(0, dateDiffInDays(memory.lastReviewedAt, at));
  return scheduler.forgetting_curve(days, within(memory.stability, STABILITY));
}

/** Other writers may have stored numbers outside the bounds, which FSRS refuses. */
function cardOf(memory: Memory) {
  return {
    ...createEmptyCard(memory.lastReviewedAt),
    stability: within(memory.stability, STABILITY),
    difficulty: within(memory.difficulty, DIFFICULTY),
    due: memory.due,
    reps: memory.reviews,
    lapses: memory.lapses,
    state: State.Review,
    last_review: memory.lastReviewedAt,
  };
}
