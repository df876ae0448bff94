import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PRIOR } from '../../src/learning/correction.ts';
import { retrievability, reviewed } from '../../src/learning/fsrs.ts';
import { gain, neediest } from '../../src/learning/need.ts';
import type { Memory } from '../../src/model/memory.ts';
import { GRADES, type Grade } from '../../src/model/review.ts';
import { runs } from '../support/runs.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const START = Date.parse('2026-03-01T10:00:00Z');
const at = (day: number) => new Date(START + day * DAY_MS);

const memoryAfter = (...reviews: readonly (readonly [day: number, grade: Grade])[]): Memory | null =>
  reviews.reduce<Memory | null>((memory, [day, grade]) => reviewed(memory, grade, at(day)), null);

test('a practice gains something from 0 to 1, and nothing on the day of the last review', () => {
  const correction = fc.record({
    offset: fc.double({ min: -8, max: 8, noNaN: true }),
    slope: fc.double({ min: 0.1, max: 4, noNaN: true }),
    covariance: fc.constant(PRIOR.covariance),
  });
  const memory = fc.record({
    stability: fc.double({ min: 0.001, max: 36_500, noNaN: true }),
    difficulty: fc.double({ min: 1, max: 10, noNaN: true }),
    due: fc.constant(at(1)),
    reviews: fc.integer({ min: 1, max: 100 }),
    lapses: fc.integer({ min: 0, max: 10 }),
    lastReviewedAt: fc.constant(at(0)),
  });
  fc.assert(
    fc.property(memory, correction, fc.integer({ min: 1, max: 10_000 }), (word, learner, days) => {
      const gained = gain(word, learner, at(days));
      expect(gained).toBeGreaterThan(-1);
      expect(gained).toBeLessThan(1);
      expect(gain(word, learner, at(0))).toBe(0);
    }),
    { numRuns: runs({ usual: 300, deep: 10_000 }) },
  );
});

test('the gain is the recall in 30 days that is expected with a practice, minus that without', () => {
  const memory = memoryAfter([0, 'good'], [3, 'hard']);
  if (memory === null) throw new Error('a word with reviews has a memory');
  const [now, later] = [at(10), at(40)];
  const recalled = retrievability(memory, now);
  const ifRecalled = retrievability(reviewed(memory, 'good', now), later);
  const ifNot = retrievability(reviewed(memory, 'again', now), later);
  const without = retrievability(memory, later);
  expect(gain(memory, PRIOR, now)).toBeCloseTo(recalled * ifRecalled + (1 - recalled) * ifNot - without, 6);
});

test('a word without reviews counts as recalled half of the time, and known to 20 % later', () => {
  const [good, again] = (['good', 'again'] as const).map((grade) =>
    retrievability(reviewed(null, grade, at(0)), at(30)),
  );
  expect(gain(null, PRIOR, at(0))).toBeCloseTo(((good ?? 0) + (again ?? 0)) / 2 - 0.2, 6);
});

test('a word that is nearly forgotten gains more than one that is well known, or was seen yesterday', () => {
  const fading = memoryAfter([0, 'good'], [3, 'good']);
  const known = memoryAfter([0, 'easy'], [8, 'easy'], [60, 'easy']);
  const fresh = memoryAfter([28, 'good']);
  const of = (memory: Memory | null, day: number) => gain(memory, PRIOR, at(day));
  expect(of(fading, 29)).toBeGreaterThan(of(known, 61));
  expect(of(fading, 29)).toBeGreaterThan(of(fresh, 29));
});

test('the neediest word is the one that gains most, and the first of equal ones', () => {
  const memories = fc.option(
    fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.constantFrom(...GRADES)), {
      minLength: 1,
      maxLength: 6,
    }),
  );
  fc.assert(
    fc.property(fc.array(memories, { maxLength: 6 }), (histories) => {
      const words = histories.map((history, id) => {
        let day = 0;
        const reviews = (history ?? []).map(([days, grade]) => {
          day += days;
          return [day, grade] as const;
        });
        return { id, memory: memoryAfter(...reviews) };
      });
      const now = at(200);
      const gains = words.map(({ memory }) => gain(memory, PRIOR, now));
      const expected = gains.length === 0 ? null : words[gains.indexOf(Math.max(...gains))];
      expect(neediest(words, PRIOR, now)).toBe(expected);
    }),
    { numRuns: runs({ usual: 100, deep: 2_000 }) },
  );
});
