import {
  CHAMPION_CAUSES,
  type ChampionChange,
  type PromptState,
  type PromptTrial,
} from '../../../model/prompt-state.ts';
import { type Evidence, VERDICTS } from '../../../model/trial.ts';
import { trialRewardsList, trialRewardsOf } from './trial-row.ts';
import { integer, integerOrNull, list, number, oneOf, text } from './values.ts';

/* The state of a prompt, as JSON lists in a column. Times are milliseconds since 1970. */

export function promptStateOf([champions, trials]: readonly unknown[]): PromptState {
  return {
    champions: list(champions).map((row) => championOf(list(row))),
    trials: list(trials).map((row) => trialOf(list(row))),
  };
}

export function promptStateColumn({ champions, trials }: PromptState): string {
  return JSON.stringify([
    champions.map(({ number, at, cause, champion }) => [number, at.getTime(), cause, champion]),
    trials.map((trial) => [
      trial.challengerVersion,
      trial.championVersion,
      trial.startedAt.getTime(),
      trial.endedAt?.getTime() ?? null,
      trial.verdict,
      trialRewardsList(trial),
      evidenceList(trial.evidence),
    ]),
  ]);
}

function championOf(row: readonly unknown[]): ChampionChange {
  return {
    number: integer(row[0]),
    at: new Date(integer(row[1])),
    cause: oneOf(CHAMPION_CAUSES, row[2]),
    champion: text(row[3]),
  };
}

function trialOf(row: readonly unknown[]): PromptTrial {
  const endedAt = integerOrNull(row[3]);
  return {
    challengerVersion: text(row[0]),
    championVersion: text(row[1]),
    startedAt: new Date(integer(row[2])),
    endedAt: endedAt === null ? null : new Date(endedAt),
    verdict: oneOf(VERDICTS, row[4]),
    ...trialRewardsOf(list(row[5])),
    evidence: evidenceOf(list(row[6])),
  };
}

function evidenceOf([difference, error, better, worse]: readonly unknown[]): Evidence {
  return {
    difference: number(difference),
    error: number(error),
    better: number(better),
    worse: number(worse),
  };
}

function evidenceList({ difference, error, better, worse }: Evidence): number[] {
  return [difference, error, better, worse];
}
