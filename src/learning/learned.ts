import type { WordResult } from '../model/dialog-review.ts';
import { type IncludedReview, type LearningState, learningKey } from '../model/learning.ts';
import { styleFeatures } from '../model/style.ts';
import type { StyleBeliefs } from '../model/style-beliefs.ts';
import type { ReviewedDialog } from '../ports/reviews.ts';
import { PRIOR, updated } from './correction.ts';
import { rewardOf } from './reward.ts';
import { rewarded } from './styles.ts';
import { withDialog } from './trial-rewards.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** What is believed before the first review. */
export const NOTHING_LEARNED: LearningState = {
  reviews: 0,
  correction: PRIOR,
  losses: { predictions: 0, logLoss: 0, defaultLogLoss: 0 },
  styles: null,
  rewards: [],
};

/** What is believed after a review, and whose results counted. */
export interface Learned {
  readonly state: LearningState;
  /** The keys of the words whose results counted. */
  readonly counted: readonly string[];
}

/**
 * What is believed after one more review. A result counts if it may and if no earlier review counted one for the same
 * word on the same UTC day. The style of the dialog is rewarded in any case.
 * @param earlier the reviews that were included before
 * @param prior what to believe of styles if this is the first reward of one; `priorOf` finds it again in the beliefs
 */
export function learnedFrom(
  state: LearningState,
  dialog: ReviewedDialog,
  earlier: readonly IncludedReview[],
  prior: () => StyleBeliefs,
): Learned {
  const { review } = dialog;
  const day = dayOf(review.reviewedAt);
  const taken = new Set(earlier.filter(({ at }) => dayOf(at) === day).flatMap(({ counted }) => counted));
  const counting = review.results.filter(
    ({ wordId, mayCount }) => mayCount && !taken.has(learningKey(wordId)),
  );
  return {
    state: {
      ...counting.reduce(afterResult, state),
      styles: stylesAfter(state.styles, dialog, prior),
      rewards: withDialog(state.rewards, dialog),
    },
    counted: counting.map(({ wordId }) => learningKey(wordId)),
  };
}

function afterResult(state: LearningState, { grade, predicted, retrievability }: WordResult): LearningState {
  const reviews = state.reviews + 1;
  if (predicted === null || retrievability === null) return { ...state, reviews };
  const recalled = grade !== 'again';
  const { predictions, logLoss, defaultLogLoss } = state.losses;
  return {
    ...state,
    reviews,
    correction: updated(state.correction, retrievability, recalled),
    losses: {
      predictions: predictions + 1,
      logLoss: logLoss + lossOf(predicted, recalled),
      defaultLogLoss: defaultLogLoss + lossOf(retrievability, recalled),
    },
  };
}

function stylesAfter(
  styles: StyleBeliefs | null,
  dialog: ReviewedDialog,
  prior: () => StyleBeliefs,
): StyleBeliefs | null {
  const reward = rewardOf(dialog);
  const { style } = dialog;
  if (style === null || reward === null || styleFeatures(style).length === 0) return styles;
  return rewarded(styles ?? prior(), style, reward);
}

/** A probability of 0 or 1 would make one surprise cost infinitely much. */
const EDGE = 1e-4;

/** The log loss of one prediction, in nats. */
function lossOf(probability: number, recalled: boolean): number {
  const kept = Math.min(1 - EDGE, Math.max(EDGE, probability));
  return -Math.log(recalled ? kept : 1 - kept);
}

/** The number of a UTC day. */
function dayOf(date: Date): number {
  return Math.floor(date.getTime() / DAY_MS);
}
