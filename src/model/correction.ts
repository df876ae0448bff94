/**
 * How a learner's recall differs from what FSRS predicts:
 * log-odds of recall = `offset` + `slope` × log-odds that FSRS predicts. Offset 0 and slope 1 change nothing.
 */
export interface Correction {
  /** The expected offset, -8 to 8. */
  readonly offset: number;
  /** The expected slope, 0.1 to 4. */
  readonly slope: number;
  /** How uncertain both are: the variance of the offset, the covariance of the two, the variance of the slope. */
  readonly covariance: readonly [offset: number, both: number, slope: number];
}
