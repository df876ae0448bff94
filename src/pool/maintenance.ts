import { allSettled } from '../concurrency/all-settled.ts';
import { LeaseAttempts } from '../concurrency/lease-keeper.ts';
import { Semaphore } from '../concurrency/semaphore.ts';
import type { PageRequest } from '../model/page.ts';
import type { Profile } from '../model/profile.ts';
import type { Clock, NewId } from '../ports/clock.ts';
import { runWithoutCost } from '../ports/cost.ts';
import { MAINTENANCE_LEASE_KEY } from '../ports/leases.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import type { TopUps } from './top-ups.ts';

/** Profiles read at a time. */
const PAGE = 100;
/** Pools topped up at a time. The others of a page follow in turn, so that no profile waits for all others. */
const CONCURRENCY = 4;

/** What maintenance depends on. */
interface MaintenanceDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  readonly topUps: TopUps;
  readonly stopping: AbortSignal;
}

/**
 * Looks through all profiles with `autoTopUp` every `everyMs` milliseconds, and tops up the pools that are short. A
 * lease lets one process at a time do so. On a store where nothing is short, a look costs the lease, one query for 100
 * profiles, and one query for the counts of those with `autoTopUp`.
 * @returns when `stopping` is aborted and nothing is under way. Never rejects
 */
export async function maintain(deps: MaintenanceDeps, everyMs: number): Promise<void> {
  const { clock, stopping, log } = deps;
  for (;;) {
    await clock.sleep(everyMs, stopping);
    if (stopping.aborted) return;
    try {
      await runWithoutCost(() => lookOnce(deps));
    } catch (error) {
      log.warn({ err: error }, 'looking for pools that are short was broken off');
    }
  }
}

async function lookOnce(deps: MaintenanceDeps): Promise<void> {
  const lease = await new LeaseAttempts(deps, MAINTENANCE_LEASE_KEY).take();
  if (lease === null) return;
  const { store, stopping } = deps;
  try {
    let request: PageRequest | null = { first: PAGE, after: null };
    while (request !== null && !stopping.aborted && !lease.lost.aborted) {
      const { nodes, hasNextPage } = await store.profilePage(request);
      await topUpShort(
        deps,
        nodes.filter(({ autoTopUp, minDialogs }) => autoTopUp && minDialogs > 0),
      );
      const last = nodes.at(-1);
      request = hasNextPage && last ? { first: PAGE, after: last } : null;
    }
  } finally {
    await lease.release();
  }
}

async function topUpShort(
  { store, topUps, log }: MaintenanceDeps,
  profiles: readonly Profile[],
): Promise<void> {
  if (profiles.length === 0) return;
  const counts = await store.dialogCounts(profiles.map(({ id }) => id));
  const short = profiles.filter(({ minDialogs }, i) => (counts[i]?.unused ?? 0) < minDialogs);
  const semaphore = new Semaphore(CONCURRENCY);
  await allSettled(
    short.map((profile) =>
      semaphore.take(async () => {
        try {
          await topUps.ensure(profile, profile.minDialogs);
        } catch (error) {
          log.warn({ profileId: profile.id, err: error }, 'a pool that is short could not be topped up');
        }
      }),
    ),
  );
}
