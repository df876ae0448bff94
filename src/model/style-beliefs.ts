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
  /** How many rewarded dialogs each style had. */
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
