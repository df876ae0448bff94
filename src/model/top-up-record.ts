import type { SkipReason } from './skip-reason.ts';
import type { TopUpOutcome } from './top-up-outcome.ts';

/**
 * A top-up *waits* until another one of the profile has ended, and *runs*. It is finished if it has *ended* by itself,
 * was *cancelled*, or was *lost* because the process that ran it died.
 */
export const TOP_UP_STATES = ['waiting', 'running', 'ended', 'cancelled', 'lost'] as const;
export type TopUpState = (typeof TOP_UP_STATES)[number];

/** The states of a top-up that has not finished. */
export const UNFINISHED_STATES: readonly TopUpState[] = ['waiting', 'running'];

/** What is kept of one top-up, so that every process can report how far it is. */
export interface TopUpRecord {
  /** Used for one top-up only, and without a colon. */
  readonly id: string;
  readonly profileId: string;
  /** The id of the process that runs the top-up. */
  readonly process: string;
  readonly state: TopUpState;
  /** The number of unused dialogs that the pool should have, 0 to 500. */
  readonly min: number;
  /** How many unused dialogs the profile had when they were last counted. */
  readonly unusedTotal: number;
  /** The ids of the dialogs that were created, in the order in which they were stored. */
  readonly createdIds: readonly string[];
  /** The words that were tried and got no dialog. */
  readonly skipped: readonly SkippedWordRecord[];
  readonly spend: TopUpSpend;
  /** How the top-up ended. Null until then, and if it was broken off by an error, cancelled or lost. */
  readonly outcome: TopUpOutcome | null;
  /** Whether somebody asked the process to stop the top-up. */
  readonly cancelRequested: boolean;
  readonly startedAt: Date;
  /** Null until the top-up has finished. */
  readonly endedAt: Date | null;
  /** The store's mark of this version of the record. Every change of the record changes it. */
  readonly version: string;
}

/** A word that was tried and got no dialog. */
export interface SkippedWordRecord {
  readonly wordId: string;
  readonly reason: SkipReason;
  /** For people; says nothing secret. */
  readonly message: string | null;
}

/** Paid calls of a top-up. */
export interface TopUpSpend {
  readonly calls: number;
  /** Null if the provider did not report the tokens of every call. */
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
}

/** Whether the top-up has ended, was cancelled or was lost. */
export function isFinished({ state }: Pick<TopUpRecord, 'state'>): boolean {
  return !UNFINISHED_STATES.includes(state);
}
