import { isDeepStrictEqual } from 'node:util';
import {
  type ChampionChange,
  championOf,
  MAX_CHAMPIONS,
  MAX_TRIALS,
  type PromptState,
  type PromptTrial,
  runningTrial,
} from '../model/prompt-state.ts';
import type { TrialRewards } from '../model/trial.ts';
import type { DrawnPrompt } from '../ports/prompt-choice.ts';
import { drawnArm, evidence, NEW_TRIAL, verdictOf } from './trial-verdict.ts';

/** The share of dialogs that the challenger writes while its trial runs. */
const CHALLENGER_SHARE = 0.2;

/** The versions of a generator, oldest first. */
export type Versions = readonly [string, ...string[]];

/**
 * The version that writes the next dialog, by a state that may come from another release of this program. If this
 * generator lacks one of the versions of the running trial, its dialogs belong to no trial. If it lacks the champion, the
 * last former champion that it has writes them, or else its first version.
 */
export function drawnPrompt(
  state: PromptState | null,
  versions: Versions,
  random: () => number,
): DrawnPrompt {
  const trial = runningTrial(state);
  if (trial && versions.includes(trial.championVersion) && versions.includes(trial.challengerVersion)) {
    const arm = drawnArm(random, CHALLENGER_SHARE);
    const version = arm === 'challenger' ? trial.challengerVersion : trial.championVersion;
    return { version, trial: { id: trial.challengerVersion, arm } };
  }
  const used = state?.champions.map(({ champion }) => champion) ?? [];
  const version = used.findLast((one) => versions.includes(one)) ?? versions[0];
  return { version, trial: null };
}

/**
 * The state with the trial that is due: of the first version after the champion that was neither tried nor in use. The
 * first version of a generator without a state is its champion.
 * @returns null if the state stays as it is
 */
export function withDueTrial(state: PromptState | null, versions: Versions, at: Date): PromptState | null {
  const begun = state ?? withChampion(null, versions[0], 'first', at);
  const champion = championOf(begun);
  const place = champion === null ? -1 : versions.indexOf(champion);
  const known = knownVersions(begun);
  const challenger = place < 0 ? undefined : versions.slice(place + 1).find((version) => !known.has(version));
  if (champion === null || challenger === undefined || runningTrial(begun) !== null)
    return state === null ? begun : null;
  const trial: PromptTrial = {
    challengerVersion: challenger,
    championVersion: champion,
    ...NEW_TRIAL,
    evidence: evidence(NEW_TRIAL),
    startedAt: at,
    endedAt: null,
  };
  return { ...begun, trials: [...begun.trials, trial].slice(-MAX_TRIALS) };
}

/**
 * The state after the rewards of the running trial were summed over all profiles. If they decide it, the trial ends, and
 * a promoted challenger becomes the champion.
 * @param id the id of the trial whose rewards they are
 * @returns null if the state stays as it is
 */
export function withSummedRewards(
  state: PromptState | null,
  id: string,
  rewards: TrialRewards,
  at: Date,
): PromptState | null {
  const trial = runningTrial(state);
  if (state === null || trial?.challengerVersion !== id || isSame(trial, rewards)) return null;
  const verdict = verdictOf(rewards);
  const judged = { ...trial, ...rewards, verdict, evidence: evidence(rewards) };
  const after = withLastTrial(state, verdict === 'running' ? judged : { ...judged, endedAt: at });
  return verdict === 'promoted' ? withChampion(after, id, 'promotion', at) : after;
}

/**
 * The state after the champion was taken back to an earlier one, or set again. The running trial is cancelled: it
 * compares with a version that may no longer be in use.
 * @returns null if the version is the champion and nothing is tried
 */
export function rolledBack(state: PromptState, version: string, at: Date): PromptState | null {
  const trial = runningTrial(state);
  if (trial === null && championOf(state) === version) return null;
  const after =
    trial === null ? state : withLastTrial(state, { ...trial, verdict: 'cancelled', endedAt: at });
  return withChampion(after, version, 'rollback', at);
}

/** The versions that were champions, and can be again. */
export function formerChampions({ champions }: PromptState): ReadonlySet<string> {
  return new Set(champions.map(({ champion }) => champion));
}

function knownVersions(state: PromptState): ReadonlySet<string> {
  return new Set([...formerChampions(state), ...state.trials.map((trial) => trial.challengerVersion)]);
}

function withChampion(
  state: PromptState | null,
  champion: string,
  cause: ChampionChange['cause'],
  at: Date,
): PromptState {
  const before = state?.champions ?? [];
  const change: ChampionChange = { number: (before.at(-1)?.number ?? 0) + 1, at, cause, champion };
  return { trials: state?.trials ?? [], champions: [...before, change].slice(-MAX_CHAMPIONS) };
}

function withLastTrial(state: PromptState, trial: PromptTrial): PromptState {
  return { ...state, trials: [...state.trials.slice(0, -1), trial] };
}

function isSame(one: TrialRewards, other: TrialRewards): boolean {
  return isDeepStrictEqual([one.champion, one.challenger], [other.champion, other.challenger]);
}
