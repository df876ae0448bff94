import type { LeaseTools } from '../concurrency/lease-keeper.ts';
import { type PromptState, runningTrial } from '../model/prompt-state.ts';
import type { TrialRewards } from '../model/trial.ts';
import type { DialogGenerator } from '../ports/generator.ts';
import type { HeldLease } from '../ports/leases.ts';
import { profilePages } from '../ports/profile-pages.ts';
import type { Store } from '../ports/store.ts';
import { withDueTrial, withSummedRewards } from './prompt-transitions.ts';
import { NO_REWARDS, sumOf } from './trial-verdict.ts';

/** What running a trial depends on. */
export interface TrialDeps extends Omit<LeaseTools, 'newId'> {
  readonly generator: Pick<DialogGenerator, 'name' | 'versions'>;
}

/**
 * Starts the trial that is due, or sums the rewards of the running one over all profiles and ends it if they decide it.
 * While a trial runs, this reads what each profile has learned, 100 profiles at a time. Otherwise it reads one document.
 * @param lease without which nothing is written
 * @param stopping once it is aborted, nothing more is begun
 * @returns the state of the prompt as it is then
 * @throws {StoreUnavailable}
 */
export async function runTrial(
  { store, generator, clock, log }: TrialDeps,
  lease: HeldLease,
  stopping: AbortSignal,
): Promise<PromptState | null> {
  const { name, versions } = generator;
  const state = await store.editPromptState(name, (current) => withDueTrial(current, versions, clock.now()));
  const id = runningTrial(state)?.challengerVersion;
  if (id === undefined) return state;
  const rewards = await summedRewards(store, id, () => stopping.aborted || lease.lost.aborted);
  if (rewards === null) return state;
  const after = await store.editPromptState(name, (current) =>
    withSummedRewards(current, id, rewards, clock.now()),
  );
  const trial = after?.trials.findLast(({ challengerVersion }) => challengerVersion === id);
  if (trial && trial.verdict !== 'running') {
    const { verdict, evidence, champion, challenger } = trial;
    log.info({ trial: id, verdict, evidence, champion, challenger }, 'the trial of a prompt has ended');
  }
  return after;
}

/** @returns null if `isStopped` was true meanwhile */
async function summedRewards(
  store: Pick<Store, 'profilePage' | 'learnings'>,
  id: string,
  isStopped: () => boolean,
): Promise<TrialRewards | null> {
  let sum = NO_REWARDS;
  for await (const profiles of profilePages(store)) {
    if (isStopped()) return null;
    for (const learning of await store.learnings(profiles.map((profile) => profile.id))) {
      const own = learning?.rewards.find(({ trial }) => trial === id);
      if (own !== undefined) sum = sumOf(sum, own);
    }
  }
  return isStopped() ? null : sum;
}
