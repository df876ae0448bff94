/** Identifies the count of a profile's paid calls on one UTC day. */
export interface PaidCallKey {
  readonly profileId: string;
  /** `YYYY-MM-DD`, as `utcDay` returns it. Any other text names a day without calls. */
  readonly day: string;
}

/** A count is removed once its day is more than this number of days before a day that is counted for the first time. */
export const KEPT_DAYS = 7;

/**
 * So many counts of a profile stay whatever their days are: those that were written last. A process whose clock is wrong
 * counts on a day of its own, and removes no count that other processes still use.
 */
export const KEPT_COUNTS = 8;

/**
 * Counts the paid calls of each profile and UTC day, over all processes. `Store` says what holds for every method.
 *
 * The caller says which day it is. Calls are reserved before they are made, so that the total never exceeds the limit.
 * If a process dies in between, calls that it did not make stay counted. Counts are deleted with their profile.
 */
export interface PaidCallStore {
  /**
   * Adds up to `count` calls to the total of a day, as many as keep it within `limit`. This is atomic: callers at the
   * same time are never granted more than the limit together. A store that cannot see the profile without another
   * request counts for an unknown profile too. After StoreUnavailable, the calls may be counted although they were not
   * granted.
   * @param day `YYYY-MM-DD`
   * @param count a whole number from 0
   * @param limit the most calls on the day; null for no limit. A total that is above it already stays as it is
   * @returns how many calls were granted, 0 to `count`
   * @throws {TypeError} if `day` has another form
   */
  reserveCalls(profileId: string, day: string, count: number, limit: number | null): Promise<number>;
  /**
   * Takes back reserved calls that were not made. The total never falls below 0. Does nothing if the day has no count.
   * @param count a whole number from 0
   */
  returnCalls(profileId: string, day: string, count: number): Promise<void>;
  /** The totals of days. 0 for a day without calls and for an unknown profile. */
  callsOn(keys: readonly PaidCallKey[]): Promise<number[]>;
}

/** How many of `count` calls can be granted so that `total` stays within `limit`. */
export function grantedCalls(total: number, count: number, limit: number | null): number {
  return limit === null ? count : Math.max(0, Math.min(count, limit - total));
}
