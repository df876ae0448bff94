import { utcDay } from '../model/utc-day.ts';
import type { Clock } from '../ports/clock.ts';
import { BudgetExhausted } from '../ports/generator.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import type { Progress } from './progress.ts';

/** What counting paid calls depends on. */
interface DailyCallBudgetDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}

/** How old the profile's limit may be when a call is reserved, in milliseconds. */
const READ_LIMIT_EVERY_MS = 1_000;

/**
 * Counts the paid calls of a top-up in the store, by UTC day. If the profile has a limit, each call is reserved before it
 * is made, so that all processes together never exceed it. Without a limit, calls are counted when they have ended, and a
 * crash leaves at most those in flight uncounted. The limit is read again at most once a second, and one call waits for
 * that.
 */
export class DailyCallBudget {
  readonly #deps: DailyCallBudgetDeps;
  readonly #progress: Progress;
  /** Ended calls without a reservation that are not yet counted. */
  #uncounted = 0;
  #counting: Promise<void> = Promise.resolve();
  /** The days of the reserved calls that have not ended. */
  readonly #reserved: string[] = [];
  /** The limit as it was read last, and when, by the monotonic clock. */
  #limit: { readonly max: number | null; readonly readAt: number };

  constructor(deps: DailyCallBudgetDeps, progress: Progress) {
    this.#deps = deps;
    this.#progress = progress;
    this.#limit = { max: progress.profile.maxCallsPerDay, readAt: deps.clock.monotonic() };
  }

  /** To be awaited before each paid call. @throws {BudgetExhausted | StoreUnavailable} if it may not be made */
  async reserve(): Promise<void> {
    const max = await this.#presentLimit();
    if (max === null) return;
    const day = this.#today;
    const granted = await this.#deps.store.reserveCalls(this.#profileId, day, 1, max);
    if (granted === 0) throw new BudgetExhausted('the paid calls of the day are used up');
    this.#reserved.push(day);
  }

  /** A top-up may take minutes, and a limit that is set meanwhile holds for its next calls. */
  async #presentLimit(): Promise<number | null> {
    const { store, clock } = this.#deps;
    const now = clock.monotonic();
    if (now - this.#limit.readAt >= READ_LIMIT_EVERY_MS) {
      // Other calls that begin meanwhile rely on the limit as it was read before.
      this.#limit = { ...this.#limit, readAt: now };
      const [profile] = await store.profiles([this.#profileId]);
      if (profile) this.#limit = { max: profile.maxCallsPerDay, readAt: now };
    }
    return this.#limit.max;
  }

  /** To be called when a call has ended that was paid for. Returns at once and never throws. */
  paid(): void {
    if (this.#reserved.shift() === undefined) {
      this.#uncounted += 1;
      this.#enqueue(() => this.#count());
    }
  }

  /** To be called if a call is not made after all, or was not paid for. Returns at once and never throws. */
  notPaid(): void {
    const day = this.#reserved.shift();
    if (day === undefined) return;
    this.#enqueue(() => this.#deps.store.returnCalls(this.#profileId, day, 1));
  }

  /** Resolves when everything is counted. Never rejects. */
  async settled(): Promise<void> {
    await this.#counting;
  }

  get #profileId(): string {
    return this.#progress.profile.id;
  }

  get #today(): string {
    return utcDay(this.#deps.clock.now());
  }

  async #count(): Promise<void> {
    const count = this.#uncounted;
    this.#uncounted = 0;
    if (count > 0) await this.#deps.store.reserveCalls(this.#profileId, this.#today, count, null);
  }

  #enqueue(write: () => Promise<unknown>): void {
    this.#counting = this.#counting.then(write).then(
      () => undefined,
      (error) => {
        this.#deps.log.warn({ profileId: this.#profileId, err: error }, 'paid calls could not be counted');
      },
    );
  }
}
