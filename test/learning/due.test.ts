import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PRIOR, predicted } from '../../src/learning/correction.ts';
import { correctedDue } from '../../src/learning/due.ts';
import { retrievability } from '../../src/learning/fsrs.ts';
import type { Memory } from '../../src/model/memory.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const lastReviewedAt = new Date('2026-03-01T10:00:00Z');
const memoryOf = (stability: number): Memory => ({
  stability,
  difficulty: 5,
  due: lastReviewedAt,
  reviews: 1,
  lapses: 0,
  lastReviewedAt,
});
const daysUntil = (due: Date) => (due.getTime() - lastReviewedAt.getTime()) / DAY_MS;

test('without a correction a word is due after as many days as its stability', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 36_500 }), (stability) => {
      expect(daysUntil(correctedDue(memoryOf(stability), PRIOR))).toBe(stability);
    }),
  );
});

test('a word is due on the day on which recall is nearest to 90 %', () => {
  const correction = fc.record({
    offset: fc.double({ min: -8, max: 8, noNaN: true }),
    slope: fc.double({ min: 0.1, max: 4, noNaN: true }),
    covariance: fc.constant(PRIOR.covariance),
  });
  fc.assert(
    fc.property(fc.double({ min: 0.001, max: 36_500, noNaN: true }), correction, (stability, learner) => {
      const memory = memoryOf(stability);
      const days = daysUntil(correctedDue(memory, learner));
      expect(Number.isInteger(days)).toBe(true);
      expect(days).toBeGreaterThanOrEqual(1);
      expect(days).toBeLessThanOrEqual(36_500);
      const missOf = (day: number) => {
        const at = new Date(lastReviewedAt.getTime() + day * DAY_MS);
        return Math.abs(predicted(learner, retrievability(memory, at)) - 0.9);
      };
      if (days > 1) expect(missOf(days)).toBeLessThanOrEqual(missOf(days - 1));
      if (days > 1 && days < 36_500) expect(missOf(days)).toBeLessThanOrEqual(missOf(days + 1));
    }),
  );
});

test('a learner who forgets faster has words due earlier', () => {
  const forgetful = { ...PRIOR, offset: -0.5 };
  const retentive = { ...PRIOR, offset: 0.5 };
  const due = (learner: typeof PRIOR) => daysUntil(correctedDue(memoryOf(30), learner));
  expect(due(forgetful)).toBeLessThan(due(PRIOR));
  expect(due(retentive)).toBeGreaterThan(due(PRIOR));
});
