/**
 * Says that its owner alone may do something. A lease knows no time: its holder renews it, and a lease that is not
 * renewed for a while is taken over by another owner. Made by a store; hand it back as it is.
 */
export interface Lease {
  /** What the lease is for: a profile's id, or another key. */
  readonly key: string;
  /** Names the holder, and is used for one lease only. */
  readonly owner: string;
  /** The store's mark of this version of the lease. Every renewal changes it. */
  readonly version: string;
}

/** A lease as its holder knows it: what a write that needs the lease is fenced by. */
export interface HeldLease extends Lease {
  /**
   * Aborted once the holder may not act on the lease any more, with LeaseLost as the reason. Read it anew before
   * each act: reading it looks at the clock, since a process that was stopped for a while may run before its timers.
   */
  readonly lost: AbortSignal;
}

/** Who alone may do something. `Store` says what holds for every method. */
export interface LeaseStore {
  /**
   * Takes the lease of a key for `owner` if nobody has it, if `owner` has it already, or if it still is exactly
   * `seen`. Of several that try at once, one succeeds. Any key may be given: whether a profile has this id is not
   * asked.
   * @param owner an id that was never used for another lease
   * @param seen the lease to take over, because its holder has not renewed it for too long; null to take over none
   * @returns the lease as it is now: taken if it is of `owner`, else its present holder's
   */
  takeLease(key: string, owner: string, seen: Lease | null): Promise<Lease>;
  /** Renews a lease, which changes its version. @returns null if it is no longer its owner's */
  renewLease(lease: Lease): Promise<Lease | null>;
  /** Gives a lease back; does nothing if it is no longer its owner's. */
  releaseLease(lease: Lease): Promise<void>;
}

/** The lease that a write was fenced by is lost: nothing was written. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}
