import type { Clock } from '../../ports/clock.ts';

const HOUR_MS = 3_600_000;

/** Limits the calls within any sixty minutes. It counts paid calls and calls that are under way. */
export class HourlyCallCap {
  readonly #limit: number;
  readonly #clock: Clock;
  /** When each call of the last hour was made, by the monotonic clock, oldest first. At most `limit` entries. */
  #calls: number[] = [];

  /** @param limit calls per hour, at least 1; null for no limit */
  constructor(limit: number | null, clock: Clock) {
    this.#limit = limit ?? Number.POSITIVE_INFINITY;
    this.#clock = clock;
  }

  /** Counts a call if it may be made. @returns 0 if so, else the milliseconds until a call may be made */
  take(): number {
    if (this.#limit === Number.POSITIVE_INFINITY) return 0;
    const now = this.#clock.monotonic();
    this.#calls = this.#calls.filter((at) => at > now - HOUR_MS);
    const [oldest] = this.#calls;
    if (this.#calls.length >= this.#limit) return (oldest ?? now) + HOUR_MS - now;
    this.#calls.push(now);
    return 0;
  }

  /** Removes one call from the count, because it was not paid for. */
  giveBack(): void {
    this.#calls.pop();
  }
}
