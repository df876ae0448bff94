/** Tells the time. It is injected, as random numbers and new ids are, so that a test can repeat every run. */
export interface Clock {
  /** The wall clock, for dates that are stored or shown. It may jump, and the clocks of other machines differ. */
  now(): Date;
  /**
   * Milliseconds since an arbitrary moment, for measuring durations. It never jumps and never goes back. Values of
   * different processes cannot be compared.
   */
  monotonic(): number;
  /** Resolves after `ms` milliseconds, or at once if `signal` is aborted. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A random number of at least 0 and less than 1, uniformly distributed, like `Math.random`. */
export type Random = () => number;

/** A new unique id, such as a version 4 UUID. */
export type NewId = () => string;
