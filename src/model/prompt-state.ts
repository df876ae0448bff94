import type { Evidence, Trial } from './trial.ts';

/** What made a version of the prompt the champion. */
export const CHAMPION_CAUSES = ['first', 'promotion', 'rollback'] as const;
export type ChampionCause = (typeof CHAMPION_CAUSES)[number];

/** An entry in the history of the champions. It never changes. */
export interface ChampionChange {
  /** Counted from 1. */
  readonly number: number;
  readonly at: Date;
  readonly cause: ChampionCause;
  /** The version that is the champion from then on, as `Dialog.generator` names it. */
  readonly champion: string;
}

/** The trial of one version of the prompt, over all profiles. */
export interface PromptTrial extends Trial {
  /** The version that was tried. */
  readonly challengerVersion: string;
  /** The version that was in use. */
  readonly championVersion: string;
  /** What the rewards said when they were last summed. */
  readonly evidence: Evidence;
  readonly startedAt: Date;
  /** When the trial ended. Null while it runs. */
  readonly endedAt: Date | null;
}

/** The most entries of each list of a `PromptState`. The oldest leave first. */
export const MAX_CHAMPIONS = 200;
export const MAX_TRIALS = 100;

/** Which versions of a model's prompt write dialogs, and how that came about. */
export interface PromptState {
  /** Oldest first, at least one. The last one is in force. */
  readonly champions: readonly ChampionChange[];
  /** Oldest first. Only the last one can be running. */
  readonly trials: readonly PromptTrial[];
}

/** The version of the prompt that is in use. Null if there is no history. */
export function championOf(state: PromptState | null): string | null {
  return state?.champions.at(-1)?.champion ?? null;
}

/** The trial that is running. Null if there is none. */
export function runningTrial(state: PromptState | null): PromptTrial | null {
  const last = state?.trials.at(-1);
  return last?.verdict === 'running' ? last : null;
}
