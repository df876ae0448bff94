import { allSettled } from '../concurrency/all-settled.ts';
import type { KeptLease } from '../concurrency/lease-keeper.ts';
import { repeatUnderLease } from '../concurrency/repeat-under-lease.ts';
import { Semaphore } from '../concurrency/semaphore.ts';
import type { Profile } from '../model/profile.ts';
import type { Clock, NewId } from '../ports/clock.ts';
import { MAINTENANCE_LEASE_KEY } from '../ports/leases.ts';
import type { Log } from '../ports/log.ts';
import { profilePages } from '../ports/profile-pages.ts';
import type { Store } from '../ports/store.ts';
import type { AutomaticTopUps } from './automatic-top-ups.ts';

/** Pools topped up at a time. The others of a page follow in turn, so that no profile waits for all others. */
const CONCURRENCY = 4;

/** What maintenance depends on. */
interface MaintenanceDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  readonly automatic: AutomaticTopUps;
  readonly stopping: AbortSignal;
}

/**
 * Looks through all profiles with `autoTopUp` every `everyMs` milliseconds, and tops up the pools that are short. One
 * process does so. It keeps a lease, which it takes again for each look: if it dies, another process takes it over after
 * at most four of its own intervals, or 20 seconds and one interval if that is longer. On a store where nothing is short, a look costs the lease, one query for 100
 * profiles, and one query for the counts of those with `autoTopUp`.
 * @returns when `stopping` is aborted and nothing is under way. Never rejects
 */
export async function maintain(deps: MaintenanceDeps, everyMs: number): Promise<void> {
  const looking = {
    key: MAINTENANCE_LEASE_KEY,
    name: 'looking for pools that are short',
    firstPauseMs: everyMs,
    pauseMs: () => everyMs,
    work: (lease: KeptLease) => lookOnce(deps, lease),
  };
  await repeatUnderLease(deps, looking, deps.stopping);
}

async function lookOnce(deps: MaintenanceDeps, lease: KeptLease): Promise<void> {
  const { store, stopping } = deps;
  for await (const profiles of profilePages(store)) {
    if (stopping.aborted || lease.lost.aborted) return;
    await topUpShort(
      deps,
      profiles.filter(({ autoTopUp, minDialogs }) => autoTopUp && minDialogs > 0),
    );
  }
}

async function topUpShort(
  { store, automatic, stopping }: MaintenanceDeps,
  profiles: readonly Profile[],
): Promise<void> {
  const counts = await store.dialogCounts(profiles.map(({ id }) => id));
  const short = profiles
    .map((profile, i) => ({ profile, unused: counts[i]?.unused ?? 0 }))
    .filter(({ profile, unused }) => unused < profile.minDialogs);
  const words = await store.wordCounts(short.map(({ profile }) => profile.id));
  const semaphore = new Semaphore(CONCURRENCY);
  await allSettled(
    short.map(({ profile: found, unused }, i) =>
      semaphore.take(async () => {
        const state = { unused, teaching: words[i]?.teaching ?? 0, pending: words[i]?.pending ?? 0 };
        if (stopping.aborted || automatic.isPausedAtLook(found, state)) return;
        // The profile may have been changed or deleted while the top-ups of others ran.
        const [profile] = await store.profiles([found.id]);
        if (!profile?.autoTopUp || unused >= profile.minDialogs) return;
        await automatic.topUpAtLook(profile, state);
      }),
    ),
  );
}
