import type { Review } from './learners/practice.ts';
import { mean } from './row.ts';

/** A review, and what was predicted before it. */
export interface Scored {
  readonly review: Review;
  /** How many reviews of the learner came before. */
  readonly number: number;
  readonly predicted: number;
}

/** The mean of minus the logarithm of the probability that was given to what happened. Lower is better. */
export function logLoss(scored: readonly Scored[]): number {
  return mean(
    scored.map(({ review, predicted }) => -Math.log(review.grade === 'again' ? 1 - predicted : predicted)),
  );
}

/**
 * How far predictions are from what happened on average, in bins of similar reviews as in FSRS's own benchmark: by the
 * days since the last review, the number of reviews and the number of lapses, each on a logarithmic scale.
 */
export function binError(scored: readonly Scored[]): number {
  const bins = new Map<string, Scored[]>();
  for (const one of scored) bins.set(binOf(one), [...(bins.get(binOf(one)) ?? []), one]);
  const squares = [...bins.values()].map((bin) => {
    const predicted = mean(bin.map((one) => one.predicted));
    const recalled = mean(bin.map(({ review }) => (review.grade === 'again' ? 0 : 1)));
    return bin.length * (predicted - recalled) ** 2;
  });
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / scored.length);
}

function binOf({ review }: Scored): string {
  const { days, memory } = review;
  const step = (value: number, base: number) =>
    value < 1 ? 0 : 1 + Math.floor(Math.log(value) / Math.log(base));
  return [step(days, 3.62), step(memory?.reviews ?? 0, 1.89), step(memory?.lapses ?? 0, 1.73)].join(' ');
}
