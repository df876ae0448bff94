import type { Clock, NewId } from '../ports/clock.ts';
import { type HeldLease, type Lease, LeaseLost } from '../ports/leases.ts';
import type { Log } from '../ports/log.ts';
import { runWithoutRequest } from '../ports/request.ts';
import type { Store } from '../ports/store.ts';

const RENEW_EVERY_MS = 5_000;
/** The pause after a renewal that failed or has not been answered in time. */
const RENEW_AGAIN_AFTER_MS = 1_000;
/**
 * How long to wait for the answer to a renewal before the next one is sent. A store may take 10 s to report a failure,
 * and three renewals must fit into `TRUST_MS`.
 */
const ANSWER_WITHIN_MS = 3_000;
/** How long a holder relies on its lease after it sent the last renewal that succeeded, by its monotonic clock. */
const TRUST_MS = 15_000;
/**
 * A waiter takes over a lease that it has seen unchanged for this long, by its own monotonic clock. It is longer than
 * `TRUST_MS`, because writes of the holder may still be on their way to the store. A process that dies delays others by
 * this time.
 */
const TAKE_OVER_MS = 20_000;
/** The pause between two attempts to take a lease grows from the first to the longest. */
const WAIT_MS = { first: 25, longest: 1_000 } as const;

/** What taking and keeping a lease depends on. */
export interface LeaseTools {
  readonly store: Store;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
}

/** A lease that is renewed in the background until it is released or lost. */
export interface KeptLease extends HeldLease {
  /** Whether this owner had to wait for another one before it got the lease. */
  readonly waited: boolean;
  /** Stops renewing the lease and frees it. Never rejects. */
  release(): Promise<void>;
  /**
   * Stops renewing the lease without freeing it. The same owner can take it again. Another owner can take it over if it
   * has seen it unchanged for long enough. Never rejects.
   */
  leave(): Promise<void>;
}

/**
 * Successive attempts of one owner to take a lease, which one owner at a time has, over all processes. They record
 * since when the present holder has not renewed it. No wall clock is used, and clocks of different processes are not
 * compared.
 */
export class LeaseAttempts {
  readonly #tools: LeaseTools;
  readonly #key: string;
  readonly #owner: string;
  readonly #takeOverMs: number;
  #watched: { readonly lease: Lease; readonly since: number } | null = null;
  #pauseMs: number = WAIT_MS.first;

  /** @param takeOverMs how long it must be seen unchanged before it is taken over, in milliseconds; 20 s at least */
  constructor(tools: LeaseTools, key: string, takeOverMs = TAKE_OVER_MS) {
    this.#tools = tools;
    this.#key = key;
    this.#takeOverMs = Math.max(takeOverMs, TAKE_OVER_MS);
    this.#owner = tools.newId();
  }

  /** Makes one attempt. @returns the lease, which is renewed from now on; null if another owner has it */
  async take(): Promise<KeptLease | null> {
    const { store, clock } = this.#tools;
    const waited = this.#watched !== null;
    const sentAt = clock.monotonic();
    const lease = await store.takeLease(this.#key, this.#owner, this.#unchangedUntil(sentAt));
    if (lease.owner === this.#owner) return keep(this.#tools, lease, { sentAt, waited });
    const before = this.#watched?.lease;
    if (before?.owner !== lease.owner || before.version !== lease.version) {
      this.#watched = { lease, since: clock.monotonic() };
    }
    return null;
  }

  /** Waits before the next attempt, each time longer, until `end` is aborted at the latest. */
  async pause(end?: AbortSignal): Promise<void> {
    await this.#tools.clock.sleep(this.#pauseMs, end);
    this.#pauseMs = Math.min(this.#pauseMs * 2, WAIT_MS.longest);
  }

  /** The lease of the present holder if it can be taken over; else null. */
  #unchangedUntil(now: number): Lease | null {
    const watched = this.#watched;
    return watched !== null && now - watched.since >= this.#takeOverMs ? watched.lease : null;
  }
}

function keep(
  { store, clock, log }: LeaseTools,
  taken: Lease,
  { sentAt, waited }: { readonly sentAt: number; readonly waited: boolean },
): KeptLease {
  const { key, owner } = taken;
  let current = taken;
  let trustedSince = sentAt;
  /** Whether another owner has the lease, as far as is known. */
  let isOthers = false;
  const lost = new AbortController();
  const done = new AbortController();

  function lose(message: string): void {
    if (lost.signal.aborted) return;
    lost.abort(new LeaseLost(message));
    log.warn({ key }, message);
  }

  function checked(): AbortSignal {
    if (clock.monotonic() - trustedSince >= TRUST_MS) lose('a lease was not renewed in time');
    return lost.signal;
  }

  /** Sleeps, but not beyond the end of the trust, so that `lost` is aborted then without being read. */
  async function sleep(ms: number, signal: AbortSignal): Promise<void> {
    const trustLeftMs = Math.max(0, Math.ceil(trustedSince + TRUST_MS - clock.monotonic()));
    await clock.sleep(Math.min(ms, trustLeftMs), signal);
  }

  /** Sends one renewal. @returns whether it succeeded */
  async function renewOnce(): Promise<boolean> {
    const renewedAt = clock.monotonic();
    try {
      const renewed = await store.renewLease(current);
      if (renewed === null) {
        isOthers = true;
        lose('a lease was lost to another owner');
        return false;
      }
      current = renewed;
      // A late answer does not restore a lease that is lost. The answers of two renewals may arrive in the wrong order.
      if (!checked().aborted) trustedSince = Math.max(trustedSince, renewedAt);
      return true;
    } catch (error) {
      // The lease is still trusted for a while, and the next renewal may succeed.
      log.warn({ key, err: error }, 'a lease could not be renewed');
      return false;
    }
  }

  /** Resolves when no renewal is under way and none follows. */
  async function renew(): Promise<void> {
    const underWay = new Set<Promise<void>>();
    let pauseMs = RENEW_EVERY_MS;
    for (;;) {
      await sleep(pauseMs, done.signal);
      if (done.signal.aborted || checked().aborted) break;
      let succeeded = false;
      const answered = new AbortController();
      const renewal = renewOnce().then((result) => {
        succeeded = result;
        underWay.delete(renewal);
        answered.abort();
      });
      underWay.add(renewal);
      await sleep(ANSWER_WITHIN_MS, answered.signal);
      pauseMs = succeeded ? RENEW_EVERY_MS : RENEW_AGAIN_AFTER_MS;
    }
    await Promise.all(underWay);
  }

  // A caller with many writes must not delay renewals.
  const renewing = runWithoutRequest(renew);
  return {
    key,
    owner,
    waited,
    get version() {
      return current.version;
    },
    get lost() {
      return checked();
    },
    async leave() {
      done.abort();
      await renewing;
    },
    async release() {
      done.abort();
      await renewing;
      if (isOthers) return;
      try {
        // Others wait for it.
        await runWithoutRequest(() => store.releaseLease(current));
      } catch (error) {
        // The work under the lease is done. Others can take it over after a while.
        log.warn({ key, err: error }, 'a lease could not be given back');
      }
    },
  };
}
