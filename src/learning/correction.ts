import { type Correction, OFFSET, SLOPE } from '../model/correction.ts';
import { within } from './bounds.ts';
import { logistic, logOdds, probabilityOf } from './log-odds.ts';

type Covariance = Correction['covariance'];

/**
 * What is believed of a learner before the first review: FSRS's defaults are right, give or take. At 90 % recall the
 * log-odds may be off by 0.4, and the slope by 0.25 (standard deviations, independent of each other).
 */
export const PRIOR: Correction = { offset: 0, slope: 1, covariance: covarianceAround(0.9, 0.4, 0.25) };

/** The share of what was learned that is kept at each review; the rest returns to the prior. */
const KEPT = 0.998;
/** Newton's method converges in three or four steps. */
const STEPS = 8;

/**
 * The probability of recall for this learner, 0.0001 to 0.9999.
 * @param retrievability what FSRS predicts, 0 to 1
 */
export function predicted({ offset, slope }: Correction, retrievability: number): number {
  return probabilityOf(offset + slope * logOdds(retrievability));
}

/**
 * What is believed after one more review. What earlier reviews taught first fades toward the prior by 0.2 %. Then the
 * Gaussian belief is replaced by the Gaussian at the mode of the posterior of logistic regression (Laplace's method).
 * @param retrievability what FSRS predicted before the review, 0 to 1
 */
export function updated(correction: Correction, retrievability: number, recalled: boolean): Correction {
  const { offset, slope, covariance } = faded(correction);
  const [a, b, c] = covariance;
  const x = logOdds(retrievability);
  // The observation moves the belief along one line only, so its mode is the root of a function of one variable.
  const [towardOffset, towardSlope] = [a + b * x, b + c * x];
  const variance = Math.max(0, towardOffset + towardSlope * x);
  const mean = offset + slope * x;
  const surprise = modeOf(mean, variance, recalled ? 1 : 0);
  const p = logistic(mean + variance * surprise);
  const weight = (p * (1 - p)) / (1 + variance * p * (1 - p));
  const steepness = slope + towardSlope * surprise;
  const kept = within(steepness, SLOPE);
  return {
    // What the bound takes from the slope goes to the offset: otherwise, forgetting might raise this prediction.
    offset: within(offset + towardOffset * surprise + (steepness - kept) * x, OFFSET),
    slope: kept,
    covariance: [
      a - weight * towardOffset * towardOffset,
      b - weight * towardOffset * towardSlope,
      c - weight * towardSlope * towardSlope,
    ],
  };
}

/** Solves `surprise = outcome - logistic(mean + variance * surprise)`, whose left side rises and right side falls. */
function modeOf(mean: number, variance: number, outcome: 0 | 1): number {
  let [low, high] = [outcome - 1, outcome as number];
  let surprise = outcome - logistic(mean);
  for (let step = 0; step < STEPS; step += 1) {
    const p = logistic(mean + variance * surprise);
    const excess = surprise - (outcome - p);
    if (excess > 0) high = surprise;
    else low = surprise;
    const next = surprise - excess / (1 + variance * p * (1 - p));
    surprise = next >= low && next <= high ? next : (low + high) / 2;
  }
  return surprise;
}

/** The product of the belief to the power 0.998 and the prior to the power 0.002, as a Gaussian. */
function faded({ offset, slope, covariance }: Correction): Correction {
  const believed = inverse(covariance);
  const initial = inverse(PRIOR.covariance);
  const [a, b, c] = mixed(believed, initial);
  const sum = inverse([a, b, c]);
  const [fromOffset, fromSlope] = [KEPT * (offset - PRIOR.offset), KEPT * (slope - PRIOR.slope)];
  const pullOffset = believed[0] * fromOffset + believed[1] * fromSlope;
  const pullSlope = believed[1] * fromOffset + believed[2] * fromSlope;
  return {
    offset: PRIOR.offset + sum[0] * pullOffset + sum[1] * pullSlope,
    slope: PRIOR.slope + sum[1] * pullOffset + sum[2] * pullSlope,
    covariance: sum,
  };
}

function mixed(one: Covariance, other: Covariance): Covariance {
  return [
    KEPT * one[0] + (1 - KEPT) * other[0],
    KEPT * one[1] + (1 - KEPT) * other[1],
    KEPT * one[2] + (1 - KEPT) * other[2],
  ];
}

function inverse([a, b, c]: Covariance): Covariance {
  const determinant = a * c - b * b;
  return [c / determinant, -b / determinant, a / determinant];
}

/** The covariance of offset and slope if the log-odds at one recall, and the slope, are independent of each other. */
function covarianceAround(recall: number, deviation: number, slopeDeviation: number): Covariance {
  const x = logOdds(recall);
  const slope = slopeDeviation ** 2;
  return [deviation ** 2 + x * x * slope, -x * slope, slope];
}
