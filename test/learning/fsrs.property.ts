import fc from 'fast-check';
import { createEmptyCard, fsrs, Rating } from 'ts-fsrs';
import { expect, test } from 'vitest';
import { countsOn, retrievability, reviewed } from '../../src/learning/fsrs.ts';
import type { Memory } from '../../src/model/memory.ts';
import { GRADES, type Grade } from '../../src/model/review.ts';
import { runs } from '../support/runs.ts';

const RATINGS = { again: Rating.Again, hard: Rating.Hard, good: Rating.Good, easy: Rating.Easy } as const;
const DAY_MS = 24 * 60 * 60 * 1000;
const START = Date.parse('2026-03-01T00:00:00Z');
const at = (day: number, hour = 12) => new Date(START + day * DAY_MS + hour * 60 * 60 * 1000);

const grades = fc.constantFrom(...GRADES);
/** Reviews of a word: days since the last one, at any time of the day, and a grade. */
const history = fc.array(
  fc.record({
    days: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 36_500 })),
    hour: fc.double({ min: 0, max: 23.99, noNaN: true }),
    grade: grades,
  }),
  { minLength: 1, maxLength: 40 },
);

test('memory, due dates and retrievability are those of ts-fsrs', () => {
  const theirs = fsrs({ enable_short_term: false, enable_fuzz: false, request_retention: 0.9 });
  fc.assert(
    fc.property(history, (reviews) => {
      let day = 0;
      let memory: Memory | null = null;
      let card = createEmptyCard(at(0));
      for (const { days, hour, grade } of reviews) {
        day += days;
        const now = at(day, hour);
        if (memory !== null) {
          const elapsed = theirs.forgetting_curve(days, card.stability);
          expect(retrievability(memory, now)).toBeCloseTo(elapsed, 6);
        }
        card = theirs.next(card, now, RATINGS[grade]).card;
        memory = reviewed(memory, grade, now);
        expect(memory.stability).toBeCloseTo(card.stability, 6);
        expect(memory.difficulty).toBeCloseTo(card.difficulty, 6);
        expect(memory.due).toEqual(card.due);
        expect([memory.reviews, memory.lapses]).toEqual([card.reps, card.lapses]);
        const later = new Date(now.getTime() + 17 * DAY_MS);
        expect(retrievability(memory, later)).toBeCloseTo(theirs.get_retrievability(card, later, false), 6);
      }
    }),
    { numRuns: runs({ usual: 200, deep: 5_000 }) },
  );
});

test('a state that is stored and read again goes on as if it had never left', () => {
  fc.assert(
    fc.property(history, (reviews) => {
      let day = 0;
      let kept: Memory | null = null;
      let stored: Memory | null = null;
      for (const { days, hour, grade } of reviews) {
        day += days;
        kept = reviewed(kept, grade, at(day, hour));
        const read: Memory | null = stored === null ? null : structuredClone(stored);
        stored = reviewed(read, grade, at(day, hour));
        expect(stored).toEqual(kept);
      }
    }),
    { numRuns: runs({ usual: 100, deep: 2_000 }) },
  );
});

test('the first review on a UTC day counts, later ones of the day and earlier dates do not', () => {
  const first = reviewed(null, 'good', at(10, 23.5));
  expect(countsOn(null, at(10))).toBe(true);
  expect(countsOn(first, at(10, 23.9))).toBe(false);
  expect(countsOn(first, at(9))).toBe(false);
  expect(countsOn(first, at(11, 0.1))).toBe(true);
  expect(reviewed(first, 'again', at(10, 23.9))).toBe(first);
  expect(reviewed(first, 'again', at(3))).toBe(first);
  expect(reviewed(first, 'good', at(11, 0.1)).reviews).toBe(2);
});

test('whatever a store holds, memory stays within its bounds', () => {
  const number = fc.double({ noNaN: true });
  fc.assert(
    fc.property(
      number,
      number,
      grades,
      fc.integer({ min: 0, max: 40_000 }),
      (stability, difficulty, grade, days) => {
        const memory: Memory = {
          stability,
          difficulty,
          due: at(1),
          reviews: 1,
          lapses: 0,
          lastReviewedAt: at(0),
        };
        const recall = retrievability(memory, at(days));
        expect(recall).toBeGreaterThan(0);
        expect(recall).toBeLessThanOrEqual(1);
        const next = reviewed(memory, grade, at(days + 1));
        expect(next.stability).toBeGreaterThanOrEqual(0.001);
        expect(next.stability).toBeLessThanOrEqual(36_500);
        expect(next.difficulty).toBeGreaterThanOrEqual(1);
        expect(next.difficulty).toBeLessThanOrEqual(10);
        expect(next.due.getTime()).toBeGreaterThan(at(days + 1).getTime());
      },
    ),
    { numRuns: runs({ usual: 300, deep: 10_000 }) },
  );
});

test('a better grade never leaves a weaker memory', () => {
  fc.assert(
    fc.property(history, fc.integer({ min: 1, max: 400 }), (reviews, wait) => {
      let day = 0;
      let memory: Memory | null = null;
      for (const { days, grade } of reviews) {
        day += days;
        memory = reviewed(memory, grade, at(day));
      }
      const next = (grade: Grade) => reviewed(memory, grade, at(day + wait)).stability;
      const stabilities = GRADES.map(next);
      expect([...stabilities].sort((a, b) => a - b)).toEqual(stabilities);
    }),
    { numRuns: runs({ usual: 100, deep: 2_000 }) },
  );
});
