import { createHash } from 'node:crypto';
import type { Correction } from './correction.ts';
import type { StyleBeliefs } from './style-beliefs.ts';
import type { ProfileTrialRewards } from './trial.ts';

/** What brought about a version of a profile's learning. */
export const LEARNING_CAUSES = ['review', 'consolidation', 'rollback'] as const;
export type LearningCause = (typeof LEARNING_CAUSES)[number];

/** How well recall was predicted. Each prediction was made before its result was known. */
export interface Losses {
  /** How many results had a prediction and counted. */
  readonly predictions: number;
  /** The sum of the log losses of the predictions, in nats. */
  readonly logLoss: number;
  /** The same for the predictions of FSRS's default parameters. */
  readonly defaultLogLoss: number;
}

/** What the reviews of a profile have taught. */
export interface LearningState {
  /** How many results counted: at most one for a word on a UTC day. */
  readonly reviews: number;
  readonly correction: Correction;
  readonly losses: Losses;
  /** What is believed of styles, with the prior that it began with. Null before the first reward of a style. */
  readonly styles: StyleBeliefs | null;
  /**
   * The rewards of the dialogs that belong to trials of prompts, at most 10 trials. Each reviewed dialog counts once. They
   * say nothing of the learner, so going back to an earlier version keeps them.
   */
  readonly rewards: readonly ProfileTrialRewards[];
}

/** A version of what was learned. A stored version never changes. */
export interface LearningVersion extends LearningState {
  /** Counted from 1. Version 0 is what is believed before the first review. */
  readonly version: number;
  readonly at: Date;
  readonly cause: LearningCause;
}

/** A review that the learning includes. */
export interface IncludedReview {
  readonly dialogId: string;
  /** When the dialog was reviewed. */
  readonly at: Date;
  /** The version that included it. */
  readonly version: number;
  /** The keys (`learningKey`) of the words whose results counted. */
  readonly counted: readonly string[];
  /** Whether the memories of all its words are known to include it too. */
  readonly isSettled: boolean;
}

/** What a profile has learned, in its present version. */
export interface Learning extends LearningVersion {
  readonly profileId: string;
  /** The version from which a replay starts: that of the last consolidation or rollback. */
  readonly base: LearningState & { readonly version: number };
  /** The last reviews in the order in which they were included: all since `base`, and some before. */
  readonly included: readonly IncludedReview[];
  /** All reviews that were included in later versions than this one are in `included`. */
  readonly knownFrom: number;
}

/** The key of a word in `IncludedReview.counted`: a hash, because the ids of other writers may be long. */
export function learningKey(wordId: string): string {
  return createHash('sha256').update(wordId).digest('hex').slice(0, 16);
}

/** The mean log loss of predictions; null if there were none. */
export function meanLoss(sum: number, predictions: number): number | null {
  return predictions === 0 ? null : sum / predictions;
}
