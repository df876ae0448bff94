import { allSettled } from '../concurrency/all-settled.ts';
import { Backoff } from '../concurrency/backoff.ts';
import { type KeptLease, LeaseAttempts } from '../concurrency/lease-keeper.ts';
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
/** How long a pool is left alone that a top-up has left short. */
const LEFT_SHORT_MS = { first: 5 * 60_000, longest: 6 * 60 * 60_000 };

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
 * Looks through all profiles with `autoTopUp` every `everyMs` milliseconds, and tops up the pools that are short. One
 * process does so. It keeps a lease, which it takes again for each look: if it dies, another process sees the lease
 * unchanged at two of its own looks and takes it over. On a store where nothing is short, a look costs the lease, one
 * query for 100 profiles, and one query for the counts of those with `autoTopUp`.
 *
 * A pool that a top-up leaves short is left alone for a while, at first for 5 minutes: its words may be ones that the
 * generator cannot write dialogs for, and each attempt is paid for.
 * @returns when `stopping` is aborted and nothing is under way. Never rejects
 */
export async function maintain(deps: MaintenanceDeps, everyMs: number): Promise<void> {
  const { clock, stopping, log } = deps;
  const attempts = new LeaseAttempts(deps, MAINTENANCE_LEASE_KEY);
  const leftShort = new Backoff(clock, LEFT_SHORT_MS);
  let lease: KeptLease | null = null;
  while (!stopping.aborted) {
    await clock.sleep(everyMs, stopping);
    if (stopping.aborted) break;
    try {
      lease = await attempts.take();
      const held = lease;
      if (held !== null) await runWithoutCost(() => lookOnce(deps, held, leftShort));
    } catch (error) {
      log.warn({ err: error }, 'looking for pools that are short was broken off');
    }
  }
  await lease?.release();
}

async function lookOnce(deps: MaintenanceDeps, lease: KeptLease, leftShort: Backoff): Promise<void> {
  const { store, stopping } = deps;
  try {
    let request: PageRequest | null = { first: PAGE, after: null };
    while (request !== null && !stopping.aborted && !lease.lost.aborted) {
      const { nodes, hasNextPage } = await store.profilePage(request);
      const automatic = nodes.filter(({ autoTopUp, minDialogs }) => autoTopUp && minDialogs > 0);
      await topUpShort(
        deps,
        automatic.filter(({ id }) => !leftShort.isOn(id)),
        leftShort,
      );
      const last = nodes.at(-1);
      request = hasNextPage && last ? { first: PAGE, after: last } : null;
    }
  } finally {
    await lease.leave();
  }
}

async function topUpShort(
  { store, topUps, stopping }: MaintenanceDeps,
  profiles: readonly Profile[],
  leftShort: Backoff,
): Promise<void> {
  const isShort = await areShort(store, profiles);
  const short = profiles.filter((_, i) => isShort[i]);
  const semaphore = new Semaphore(CONCURRENCY);
  await allSettled(
    short.map((profile) =>
      semaphore.take(async () => {
        if (!stopping.aborted) await topUps.startAutomatically(profile, profile.minDialogs);
      }),
    ),
  );
  if (stopping.aborted) return;
  const isStillShort = await areShort(store, short);
  for (const [i, { id }] of short.entries()) {
    if (isStillShort[i]) leftShort.begin(id);
    else leftShort.end(id);
  }
}

async function areShort(store: Store, profiles: readonly Profile[]): Promise<boolean[]> {
  const counts = await store.dialogCounts(profiles.map(({ id }) => id));
  return profiles.map(({ minDialogs }, i) => (counts[i]?.unused ?? 0) < minDialogs);
}
