/** Says that its owner alone may do something, until it lapses. Made by a store; hand it back as it is. */
export interface Lease {
  /** What the lease was taken for: a profile's id, or another key. */
  readonly profileId: string;
  readonly owner: string;
  readonly until: Date;
  /** The store's own mark of this version of the lease. */
  readonly version: string;
}

/** Who alone may do something. `Store` says what holds for every method. */
export interface LeaseStore {
  /**
   * Takes the profile's lease for `owner` until the time given, where nobody has it or it had lapsed by `now`.
   * Of several that try at once one succeeds. Any key may stand in the place of the profile's id (a sentence being
   * voiced has one, which several profiles share): whether there is such a profile is not asked.
   * @returns null where another owner has it
   */
  takeLease(profileId: string, owner: string, now: Date, until: Date): Promise<Lease | null>;
  /** Prolongs a lease. @returns null where it is no longer its owner's */
  renewLease(lease: Lease, until: Date): Promise<Lease | null>;
  /** Gives a lease back; does nothing where it is no longer its owner's. */
  releaseLease(lease: Lease): Promise<void>;
}
