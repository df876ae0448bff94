import { countsOn, retrievability, reviewed } from '../../../../src/learning/fsrs.ts';
import type { Memory } from '../../../../src/model/memory.ts';
import type { Grade } from '../../../../src/model/review.ts';
import type { Learner } from './learner.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const START = Date.parse('2026-01-01T00:00:00Z');

/** A day of the simulation, and the time of it, as a date. */
export function dateOf(day: number): Date {
  return new Date(START + day * DAY_MS);
}

/** A review that counted. */
export interface Review {
  readonly word: number;
  readonly day: number;
  readonly grade: Grade;
  /** Days since the last review of the word, at least 1; 0 for the first one. */
  readonly days: number;
  /** Before the review; null before the first one of the word. */
  readonly memory: Memory | null;
  /** What FSRS's defaults predicted; null for the first review of the word. */
  readonly retrievability: number | null;
}

export interface Course {
  readonly words: number;
  /** Reviews on each day. */
  readonly daily: number;
  readonly days: number;
}

/** Lets a learner practise words that are drawn at random, in the hours of an evening, and returns the reviews. */
export function practise(learner: Learner, { words, daily, days }: Course, random: () => number): Review[] {
  const memories = new Map<number, Memory>();
  const dates = new Map<number, number>();
  const reviews: Review[] = [];
  for (let date = 0; date < days; date += 1) {
    for (const word of drawn(words, daily, random)) {
      const day = date + 0.7 + 0.2 * random();
      const memory = memories.get(word) ?? null;
      const at = dateOf(day);
      if (!countsOn(memory, at)) continue;
      const expected = memory === null ? null : retrievability(memory, at);
      const grade = learner.practise(word, day);
      memories.set(word, reviewed(memory, grade, at));
      reviews.push({
        word,
        day,
        grade,
        days: date - (dates.get(word) ?? date),
        memory,
        retrievability: expected,
      });
      dates.set(word, date);
    }
  }
  return reviews;
}

/** Different numbers below a limit, in random order. */
export function drawn(limit: number, count: number, random: () => number): number[] {
  const taken = new Set<number>();
  while (taken.size < Math.min(limit, count)) taken.add(Math.floor(random() * limit));
  return [...taken];
}
