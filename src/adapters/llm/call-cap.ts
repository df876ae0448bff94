import type { Clock } from '../../ports/clock.ts';

const HOUR_MS = 3_600_000;

/** Counts the calls of the last sixty minutes against a limit. */
export class CallCap {
  readonly #limit: number;
  readonly #clock: Clock;
  /** When each call of the last hour was made, oldest first; never more than the limit. */
  #calls: number[] = [];

  /** @param limit calls an hour, null for no limit */
  constructor(limit: number | null, clock: Clock) {
    this.#limit = limit ?? Number.POSITIVE_INFINITY;
    this.#clock = clock;
  }

  /** Counts a call. @returns 0 if it may be made, else the milliseconds until one may be made */
  take(): number {
    if (this.#limit === Number.POSITIVE_INFINITY) return 0;
    const now = this.#clock.monotonic();
    this.#calls = this.#calls.filter((at) => at > now - HOUR_MS);
    const [oldest] = this.#calls;
    if (this.#calls.length >= this.#limit) return (oldest ?? now) + HOUR_MS - now;
    this.#calls.push(now);
    return 0;
  }
}
