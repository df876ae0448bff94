/** Time, chance and new ids: handed in, so that every run can be repeated. */
export interface Clock {
  /** The wall clock: for dates that are stored or shown. It may jump, and other machines' differ. */
  now(): Date;
  /**
   * Milliseconds since some moment, for measuring how long something takes. It never jumps and never goes back.
   * It means nothing to other processes.
   */
  monotonic(): number;
  /** Resolves after `ms` milliseconds, or at once when `signal` is aborted. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A number from 0 up to but not including 1, each equally likely, as `Math.random` gives them. */
export type Random = () => number;

/** An id that nobody has made before, such as a version 4 UUID. */
export type NewId = () => string;
