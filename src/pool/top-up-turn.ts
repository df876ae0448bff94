import { type KeptLease, LeaseAttempts, type LeaseTools } from '../concurrency/lease-keeper.ts';
import { topUpLeaseKey } from '../ports/leases.ts';
import type { Callers, TopUpEnd } from './callers.ts';
import type { PoolCount } from './pool-count.ts';
import type { Progress } from './progress.ts';

/** How often the pool is counted while the previous top-up of this process runs, in milliseconds. */
const COUNT_EVERY_MS = 250;

/** A top-up that waits for its turn. */
export interface WaitingTopUp {
  readonly progress: Progress;
  readonly callers: Callers;
  /** Resolves when the previous top-up of the profile in this process has ended. Null if there is none. Never rejects. */
  readonly previous: Promise<unknown> | null;
  /** Once it is aborted, the top-up does not wait for another one. */
  readonly stopping: AbortSignal;
}

/**
 * The turn of a top-up. It comes when no other top-up of the profile runs, in this process or in another one. While the
 * top-up waits, it counts the pool: the dialogs of the other top-up may be enough for its callers (rule 7).
 */
export class TopUpTurn {
  readonly #tools: LeaseTools;
  readonly #topUp: WaitingTopUp;
  readonly #pool: PoolCount;

  constructor(tools: LeaseTools, topUp: WaitingTopUp, pool: PoolCount) {
    this.#tools = tools;
    this.#topUp = topUp;
    this.#pool = pool;
  }

  /**
   * Waits for the previous top-up of this process.
   * @returns how the waiting one ends if it need not begin any more, or the server is stopping; null if it may begin
   */
  async afterPrevious(): Promise<TopUpEnd | null> {
    const { previous } = this.#topUp;
    if (previous === null) return null;
    const hasEnded = new AbortController();
    void previous.then(() => hasEnded.abort());
    for (;;) {
      await this.#tools.clock.sleep(COUNT_EVERY_MS, hasEnded.signal);
      if (hasEnded.signal.aborted) return null;
      const end = await this.#endIfEnough();
      if (end !== null) return end;
    }
  }

  /** Waits for the lease. @returns how the top-up ends if the lease is no longer needed, or the server is stopping */
  async takeLease(): Promise<KeptLease | TopUpEnd> {
    const { progress, stopping } = this.#topUp;
    const attempts = new LeaseAttempts(this.#tools, topUpLeaseKey(progress.profile.id));
    for (;;) {
      const lease = await attempts.take();
      if (lease !== null) return lease;
      progress.wait();
      const end = await this.#endIfEnough();
      if (end !== null) return end;
      await attempts.pause(stopping);
    }
  }

  /** Counts the pool. @returns how the top-up ends if there are enough dialogs, or the server is stopping; else null */
  async #endIfEnough(): Promise<TopUpEnd | null> {
    const { callers, stopping } = this.#topUp;
    const count = await this.#pool.count();
    const isEnough = count.unusedTotal >= callers.target && this.#pool.isFresh(count);
    if (!isEnough && !stopping.aborted) return null;
    const outcome = isEnough ? 'SATISFIED' : 'GENERATOR_UNAVAILABLE';
    const end = { unusedTotal: count.unusedTotal, outcome } as const;
    // No caller can join from then on.
    callers.ended(end);
    return end;
  }
}
