import type { Clock, NewId } from '../ports/clock.ts';
import type { Lease } from '../ports/leases.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';

/**
 * How long a lease holds without being renewed. A process that dies delays the next top-up of a profile by this
 * much and no more; it must be long against a renewal and the difference between the clocks of two machines.
 */
const LEASE_MS = 20_000;
const RENEW_EVERY_MS = 5_000;
/** A waiting caller asks again after a pause that grows between these two. */
const WAIT_MS = { first: 25, longest: 1_000 } as const;

/** A lease that is being kept. */
export interface KeptLease {
  /** Whether the lease is still ours: false once it has been lost or may have lapsed. */
  held(): boolean;
  /** Whether another owner had to be waited for before the lease was ours. */
  readonly waited: boolean;
  /** Stops renewing and gives the lease back. Never rejects. */
  release(): Promise<void>;
}

/**
 * One at a time, over all processes: waits until the lease of `key` is ours, then renews it in the background until
 * it is released. The key is a profile's id where its pool is topped up (rule 3), or stands for a sentence that is
 * being voiced.
 *
 * @param mayWait asked while another owner has it
 * @returns null where it was not to be waited for
 */
export async function keepLease(
  { store, clock, newId, log }: { store: Store; clock: Clock; newId: NewId; log: Log },
  key: string,
  mayWait: () => boolean,
): Promise<KeptLease | null> {
  const owner = newId();
  let waited = false;
  let lease = await take();
  for (let pause: number = WAIT_MS.first; lease === null; pause = Math.min(pause * 2, WAIT_MS.longest)) {
    if (!mayWait()) return null;
    waited = true;
    await clock.sleep(pause);
    lease = await take();
  }
  let current: Lease | null = lease;
  const done = new AbortController();
  const renewing = renew();
  return {
    waited,
    held: () => current !== null && clock.now() < current.until,
    async release() {
      done.abort();
      await renewing;
      if (current === null) return;
      try {
        await store.releaseLease(current);
      } catch (error) {
        // What the lease was for is done; it will lapse by itself.
        log.warn({ key, err: error }, 'a lease could not be given back');
      }
    },
  };

  function take(): Promise<Lease | null> {
    const now = clock.now();
    return store.takeLease(key, owner, now, lapse(now));
  }

  async function renew(): Promise<void> {
    while (current !== null) {
      await clock.sleep(RENEW_EVERY_MS, done.signal);
      if (done.signal.aborted) return;
      try {
        current = await store.renewLease(current, lapse(clock.now()));
        if (current === null) log.warn({ key }, 'a lease was lost to another owner');
      } catch (error) {
        // The lease may hold on for a while: the next renewal can still save it.
        log.warn({ key, err: error }, 'a lease could not be renewed');
      }
    }
  }
}

function lapse(now: Date): Date {
  return new Date(now.getTime() + LEASE_MS);
}
