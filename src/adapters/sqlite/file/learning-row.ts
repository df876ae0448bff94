import {
  type IncludedReview,
  LEARNING_CAUSES,
  type Learning,
  type LearningState,
  type LearningVersion,
} from '../../../model/learning.ts';
import { stylesList, stylesOf } from './style-row.ts';
import { trialRewardsList, trialRewardsOf } from './trial-row.ts';
import { integer, list, number, oneOf, text } from './values.ts';

/** The columns of the present version of a profile's learning, in the order that `learningOf` reads. */
export const LEARNING = `json_array(learnings.profile_id, json(learnings.content), learning_versions.version,
  json(learning_versions.content))`;

/** The columns of a version, in the order that `versionOf` reads. */
export const VERSION = 'json_array(learning_versions.version, json(learning_versions.content))';

export function learningOf(row: readonly unknown[]): Learning {
  const [baseVersion, base, knownFrom, included] = list(row[1]);
  return {
    profileId: text(row[0]),
    ...versionOf(row.slice(2)),
    base: { version: integer(baseVersion), ...stateOf(list(base)) },
    knownFrom: integer(knownFrom),
    included: list(included).map((review) => includedOf(list(review))),
  };
}

export function learningColumn({ base, knownFrom, included }: Learning): string {
  return JSON.stringify([
    base.version,
    stateList(base),
    knownFrom,
    included.map(({ dialogId, at, version, counted, isSettled }) => [
      dialogId,
      at.getTime(),
      version,
      counted,
      Number(isSettled),
    ]),
  ]);
}

export function versionOf(row: readonly unknown[]): LearningVersion {
  const [at, cause, state] = list(row[1]);
  return {
    version: integer(row[0]),
    at: new Date(integer(at)),
    cause: oneOf(LEARNING_CAUSES, cause),
    ...stateOf(list(state)),
  };
}

export function versionColumn(version: LearningVersion): string {
  return JSON.stringify([version.at.getTime(), version.cause, stateList(version)]);
}

function stateOf(row: readonly unknown[]): LearningState {
  // Versions that were stored by earlier programs have no styles and no rewards.
  const [reviews, correction, losses, styles, rewards = []] = row;
  const [offset, slope, a, b, c] = list(correction);
  const [predictions, logLoss, defaultLogLoss] = list(losses);
  return {
    reviews: integer(reviews),
    correction: {
      offset: number(offset),
      slope: number(slope),
      covariance: [number(a), number(b), number(c)],
    },
    losses: {
      predictions: integer(predictions),
      logLoss: number(logLoss),
      defaultLogLoss: number(defaultLogLoss),
    },
    styles: stylesOf(styles),
    rewards: list(rewards).map((one) => {
      const [trial, ...arms] = list(one);
      return { trial: text(trial), ...trialRewardsOf(arms) };
    }),
  };
}

function stateList({ reviews, correction, losses, styles, rewards }: LearningState): unknown[] {
  const { offset, slope, covariance } = correction;
  return [
    reviews,
    [offset, slope, ...covariance],
    [losses.predictions, losses.logLoss, losses.defaultLogLoss],
    stylesList(styles),
    rewards.map(({ trial, ...arms }) => [trial, ...trialRewardsList(arms)]),
  ];
}

function includedOf(row: readonly unknown[]): IncludedReview {
  return {
    dialogId: text(row[0]),
    at: new Date(integer(row[1])),
    version: integer(row[2]),
    counted: list(row[3]).map(text),
    isSettled: integer(row[4]) === 1,
  };
}
