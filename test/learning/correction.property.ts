import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PRIOR, predicted, updated } from '../../src/learning/correction.ts';
import type { Correction } from '../../src/model/correction.ts';
import { seededRandom } from '../support/random.ts';
import { runs } from '../support/runs.ts';

const recall = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.constantFrom(0, 1, Number.MIN_VALUE, 1 - Number.EPSILON),
);
const outcomes = fc.array(fc.tuple(recall, fc.boolean()), { maxLength: 300 });

/** By how much a probability may be off because numbers are rounded. */
const ROUNDING = 1e-12;

/** Words that were forgotten although FSRS was nearly sure of them. The slope falls to its least by them. */
const FORGOTTEN: [number, boolean][] = [0.9999, 0.99, 0.99, 0.99, 0.99].map((recall) => [recall, false]);

const after = (observations: Iterable<readonly [number, boolean]>, start = PRIOR): Correction => {
  let correction = start;
  for (const [retrievability, recalled] of observations) {
    correction = updated(correction, retrievability, recalled);
  }
  return correction;
};

test('before the first review FSRS alone predicts', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.0001, max: 0.9999, noNaN: true }), (retrievability) => {
      expect(predicted(PRIOR, retrievability)).toBeCloseTo(retrievability, 9);
    }),
  );
});

test('probabilities stay between 0 and 1 and the belief stays a Gaussian, whatever happens', () => {
  fc.assert(
    fc.property(outcomes, recall, (observations, retrievability) => {
      const correction = after(observations);
      const probability = predicted(correction, retrievability);
      expect(probability).toBeGreaterThan(0);
      expect(probability).toBeLessThan(1);
      const [a, b, c] = correction.covariance;
      for (const number of [a, b, c, correction.offset, correction.slope])
        expect(number).toSatisfy(Number.isFinite);
      expect(a).toBeGreaterThan(0);
      expect(c).toBeGreaterThan(0);
      expect(a * c - b * b).toBeGreaterThan(0);
      expect(correction.slope).toBeGreaterThan(0);
    }),
    { numRuns: runs({ usual: 300, deep: 5_000 }) },
  );
});

test('recalling never lowers a prediction for the same retrievability, forgetting never raises it', () => {
  fc.assert(
    fc.property(
      outcomes,
      fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      (observations, retrievability) => {
        const before = after(observations);
        // The fading toward the prior is the same in both cases.
        const [forgot, recalled] = [false, true].map((outcome) =>
          predicted(updated(before, retrievability, outcome), retrievability),
        );
        expect(forgot).toBeLessThanOrEqual((recalled ?? 0) + ROUNDING);
      },
    ),
    { numRuns: runs({ usual: 200, deep: 5_000 }), examples: [[FORGOTTEN, 0.99]] },
  );
});

test('it finds the offset and the slope of a learner', () => {
  const random = seededRandom(1);
  const truth = { ...PRIOR, offset: -0.7, slope: 0.8 };
  const observations = Array.from({ length: 3_000 }, () => {
    const retrievability = 0.4 + 0.59 * random();
    return [retrievability, random() < predicted(truth, retrievability)] as const;
  });
  const found = after(observations);
  for (const retrievability of [0.5, 0.7, 0.9, 0.95]) {
    expect(Math.abs(predicted(found, retrievability) - predicted(truth, retrievability))).toBeLessThan(0.06);
  }
});

test('what was learned fades: as many reviews of a changed learner outweigh it, three times as many erase it', () => {
  const learner = (recalled: boolean, count: number) =>
    Array.from({ length: count }, (_, i) => [0.9, recalled ? i % 20 !== 0 : i % 2 === 0] as const);
  const weak = after(learner(false, 1_000));
  const strong = after(learner(true, 1_000), weak);
  expect(predicted(weak, 0.9)).toBeLessThan(0.6);
  expect(predicted(strong, 0.9)).toBeGreaterThan(0.85);
  const stronger = after(learner(true, 2_000), strong);
  expect(Math.abs(predicted(stronger, 0.9) - predicted(after(learner(true, 2_000)), 0.9))).toBeLessThan(0.01);
});

test('one update is the mode and curvature of the posterior, found by brute force', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.02, max: 0.98, noNaN: true }),
      fc.boolean(),
      (retrievability, recalled) => {
        const next = updated(PRIOR, retrievability, recalled);
        const x = Math.log(retrievability / (1 - retrievability));
        const [a, b, c] = PRIOR.covariance;
        const det = a * c - b * b;
        const logPosterior = (offset: number, slope: number) => {
          const [u, v] = [offset - PRIOR.offset, slope - PRIOR.slope];
          const p = 1 / (1 + Math.exp(-(offset + slope * x)));
          return -(c * u * u - 2 * b * u * v + a * v * v) / (2 * det) + Math.log(recalled ? p : 1 - p);
        };
        const best = logPosterior(next.offset, next.slope);
        for (const [u, v] of [
          [1e-3, 0],
          [-1e-3, 0],
          [0, 1e-3],
          [0, -1e-3],
          [1e-3, -1e-3],
          [-1e-3, 1e-3],
        ] as const) {
          expect(logPosterior(next.offset + u, next.slope + v)).toBeLessThanOrEqual(best + 1e-12);
        }
      },
    ),
    { numRuns: runs({ usual: 100, deep: 1_000 }) },
  );
});
