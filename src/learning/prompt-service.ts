import type { LeaseTools } from '../concurrency/lease-keeper.ts';
import { repeatUnderLease } from '../concurrency/repeat-under-lease.ts';
import { BadUserInput } from '../model/errors.ts';
import {
  type ChampionChange,
  championOf,
  type PromptState,
  type PromptTrial,
  runningTrial,
} from '../model/prompt-state.ts';
import type { Random } from '../ports/clock.ts';
import { type HeldLease, promptTrialLeaseKey } from '../ports/leases.ts';
import type { PromptChoice } from '../ports/prompt-choice.ts';
import { formerChampions, rolledBack } from './prompt-transitions.ts';
import { RememberedPrompt } from './remembered-prompt.ts';
import { runTrial, type TrialDeps } from './run-trial.ts';

/** How often the rewards of a trial are summed, in milliseconds. */
const JUDGE_EVERY_MS = 5 * 60_000;
/** With many profiles they are summed more rarely, so that it takes at most one fiftieth of the time. */
const pauseAfter = (tookMs: number) => Math.max(JUDGE_EVERY_MS, 50 * tookMs);

/** Which versions of the prompt write dialogs, and how they do. */
export interface PromptOverview {
  /** The version in use, as `Dialog.generator` names it. */
  readonly champion: string;
  /** The version that is being tried. Null if none is. */
  readonly challenger: string | null;
  /** Oldest first. Empty if the generator has had one version only. */
  readonly champions: readonly ChampionChange[];
  /** Oldest first. */
  readonly trials: readonly PromptTrial[];
}

/** Tries versions of the generator's prompt, and promotes those that are better. */
export interface PromptService extends PromptChoice {
  /** @throws {StoreUnavailable} */
  prompts(): Promise<PromptOverview>;
  /**
   * Makes a former champion the champion again, and cancels the running trial. If the version is the champion and nothing
   * is tried, nothing changes.
   * @throws {BadUserInput} if the version was never the champion, or this server cannot write with it
   * @throws {StoreUnavailable}
   */
  rollBackPrompt(version: string): Promise<PromptOverview>;
  /** Begins no further work in the background. Resolves when none is under way. */
  finish(): Promise<void>;
}

interface PromptServiceDeps extends LeaseTools, TrialDeps {
  readonly random: Random;
  /**
   * How long to wait before trials are judged again, in milliseconds, after it took `tookMs`. Null to judge none. If it is
   * left out: 5 minutes, or 50 times as long as it took if that is longer.
   */
  readonly judgePauseMs?: ((tookMs: number) => number) | null;
}

/** If the generator has several versions, one process at a time judges their trials in the background. */
export function createPromptService({
  judgePauseMs = pauseAfter,
  ...tools
}: PromptServiceDeps): PromptService {
  const { store, generator, clock } = tools;
  const { name, versions } = generator;
  const remembered = new RememberedPrompt(tools);
  const stopping = new AbortController();
  const judging =
    versions.length === 1 || judgePauseMs === null ? Promise.resolve() : judgeAgain(judgePauseMs);

  async function judgeAgain(pauseMs: (tookMs: number) => number): Promise<void> {
    const work = async (lease: HeldLease) =>
      remembered.remember(await runTrial(tools, lease, stopping.signal));
    const judging = { key: promptTrialLeaseKey(name), name: 'judging the trial of a prompt', work };
    await repeatUnderLease(tools, { ...judging, firstPauseMs: 0, pauseMs }, stopping.signal);
  }

  function overviewOf(state: PromptState | null): PromptOverview {
    return {
      champion: championOf(state) ?? versions[0],
      challenger: runningTrial(state)?.challengerVersion ?? null,
      champions: state?.champions ?? [],
      trials: state?.trials ?? [],
    };
  }

  return {
    refresh: () => remembered.refresh(),
    draw: () => remembered.draw(),

    prompts: async () => overviewOf(await store.promptState(name)),

    async rollBackPrompt(version) {
      const at = clock.now();
      const state = await store.editPromptState(name, (current) => {
        if (current === null || !formerChampions(current).has(version) || !versions.includes(version)) {
          throw new BadUserInput(
            'version',
            'must be a version that was the champion before and that this server has; query `prompts { champions { champion } }` to list them',
          );
        }
        return rolledBack(current, version, at);
      });
      remembered.remember(state);
      return overviewOf(state);
    },

    async finish() {
      stopping.abort();
      await judging;
    },
  };
}
