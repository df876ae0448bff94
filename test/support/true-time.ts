import fc, { type Scheduler } from 'fast-check';
import type { Clock } from '../../src/ports/clock.ts';

/** The wall clock of a process: how far it is ahead of the true time, and by how much it jumps, and when. */
export interface WallClock {
  readonly aheadMs: number;
  readonly jumps: readonly { readonly afterMs: number; readonly byMs: number }[];
}

/**
 * The one true time of a race, which nobody can see. It passes when somebody wakes, which the scheduler decides, and
 * never while the store is at work on a call: a call takes no longer than a lease leaves time for.
 */
export class TrueTime {
  readonly #scheduler: Scheduler;
  #passed = 0;
  #calls = new Set<Promise<unknown>>();

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  /** So much time passes at some moment. */
  async pass(ms: number): Promise<void> {
    await this.#scheduler.schedule(Promise.resolve(), 'time passes');
    await this.#moveTo(this.#passed + ms);
  }

  async during<Result>(call: Promise<Result>): Promise<Result> {
    this.#calls.add(call);
    try {
      return await call;
    } finally {
      this.#calls.delete(call);
    }
  }

  /** @param bootedAt what the monotonic clock says at the beginning */
  clock({ aheadMs, jumps }: WallClock, bootedAt: number): Clock {
    const jumped = () =>
      jumps.reduce((sum, { afterMs, byMs }) => sum + (this.#passed >= afterMs ? byMs : 0), 0);
    return {
      now: () => new Date(1_700_000_000_000 + this.#passed + aheadMs + jumped()),
      monotonic: () => bootedAt + this.#passed,
      sleep: async (ms, signal) => {
        const wakesAt = this.#passed + ms;
        const listening = new AbortController();
        const aborted = new Promise<void>((resolve) => {
          if (signal?.aborted) resolve();
          signal?.addEventListener('abort', () => resolve(), { signal: listening.signal });
        });
        if (ms === Number.POSITIVE_INFINITY) return aborted;
        const woken = (async () => {
          // The longer somebody sleeps, the more happens meanwhile.
          for (let passing = 0; passing < ms && !signal?.aborted; passing += 1_000) {
            await this.#scheduler.schedule(Promise.resolve(), 'sleeps');
          }
          if (!signal?.aborted) await this.#moveTo(wakesAt);
        })();
        await Promise.race([aborted, woken]);
        listening.abort();
      },
    };
  }

  async #moveTo(time: number): Promise<void> {
    while (this.#calls.size > 0) await Promise.allSettled(this.#calls);
    this.#passed = Math.max(this.#passed, time);
  }
}

/** How far wall clocks are out: seconds, a minute, an hour. */
const skew = fc.constantFrom(-3_600_000, -60_000, 0, 17_000, 60_000, 3_600_000);
export const wall: fc.Arbitrary<WallClock> = fc.record({
  aheadMs: skew,
  jumps: fc.array(fc.record({ afterMs: fc.integer({ min: 0, max: 60_000 }), byMs: skew }), { maxLength: 2 }),
});
