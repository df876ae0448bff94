export const OFFSET = { min: -8, max: 8 } as const;
export const SLOPE = { min: 0.1, max: 4 } as const;
/** A variance is more than 0 and at most this. Those of this application stay below 1. */
const LARGEST_VARIANCE = 100;

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

/** Whether a correction is within its bounds, and its covariance is one. Other writers may have stored anything. */
export function isSound({ offset, slope, covariance: [a, b, c] }: Correction): boolean {
  return (
    offset >= OFFSET.min &&
    offset <= OFFSET.max &&
    slope >= SLOPE.min &&
    slope <= SLOPE.max &&
    [a, c].every((variance) => variance > 0 && variance <= LARGEST_VARIANCE) &&
    b * b < a * c
  );
}
