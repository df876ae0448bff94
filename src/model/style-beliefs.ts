import { styleFeatures } from './style.ts';

/** The most features that beliefs have, with `base`, and the most styles. */
export const MOST_FEATURES = 48;
export const MOST_STYLES = 300;
/** Numbers beyond this one, in either direction, are no beliefs. Those of this application stay far below. */
const LARGEST = 1e9;
/** A variance is more than 0 and at most this. */
const LARGEST_VARIANCE = 100;

/**
 * What is believed of the styles in which a learner's dialogs are written: a linear model of the reward. The reward of
 * a dialog is expected to be the sum of the weights of its features, and the weights have a Gaussian belief. It is kept
 * as the prior and the evidence since, so that both can be read separately. All lists are in the order of `features`.
 */
export interface StyleBeliefs {
  /** `base`, which every style has, and then `dimension:choice`; at most 48. */
  readonly features: readonly string[];
  /** What was expected of each weight before the learner's first dialog. */
  readonly priorMeans: readonly number[];
  readonly priorVariances: readonly number[];
  /** The lower triangle, row by row, of the precision that rewards have added. */
  readonly precision: readonly number[];
  /** The precision-weighted sum of rewards, for each feature. */
  readonly weighted: readonly number[];
  /** How many rewarded dialogs each style had; at most 300 styles. */
  readonly dialogs: Readonly<Record<string, number>>;
}

/** What is believed of one style. */
export interface StyleBelief {
  readonly style: string;
  /** Expected reward, 0 to 1. */
  readonly mean: number;
  /** Standard deviation of the belief, more than 0. */
  readonly deviation: number;
  /** Rewarded dialogs in this style. */
  readonly dialogs: number;
}

/** Whether the parts of beliefs fit together and are within their bounds. Other writers may have stored anything. */
export function areSound(beliefs: StyleBeliefs): boolean {
  const { features, priorMeans, priorVariances, precision, weighted, dialogs } = beliefs;
  const count = features.length;
  const styles = Object.entries(dialogs);
  const known = new Set(features);
  return (
    count >= 1 &&
    count <= MOST_FEATURES &&
    known.size === count &&
    priorMeans.length === count &&
    priorVariances.length === count &&
    weighted.length === count &&
    precision.length === (count * (count + 1)) / 2 &&
    styles.length <= MOST_STYLES &&
    priorVariances.every((variance) => variance > 0 && variance <= LARGEST_VARIANCE) &&
    [...priorMeans, ...weighted, ...precision].every((number) => Math.abs(number) <= LARGEST) &&
    styles.every(([style, total]) => {
      const named = styleFeatures(style);
      const isKnown = named.length > 0 && named.every((feature) => known.has(feature));
      return isKnown && Number.isInteger(total) && total >= 1 && total <= LARGEST;
    })
  );
}
