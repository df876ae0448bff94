/** Tells whether something has changed. */
export interface ChangeMark {
  /**
   * Differs from the mark of an earlier call if any process has changed the profile, its words, its dialogs or its
   * top-ups in between: their number, states or records. It may differ without such a change.
   *
   * A store may learn of changes late: of those by other processes of this server up to half a second after they were
   * made, and of those by other programs, or by a process that died meanwhile, at one of the next ten calls.
   */
  readonly mark: string;
  /** How long to wait before the next call, in milliseconds. The shorter, the earlier changes are seen, at a higher cost. */
  readonly askAgainMs: number;
  /** For the next call, if the store does not look at everything in each one: what it saw, and how many calls ago. */
  readonly fullLook: { readonly mark: string; readonly callsAgo: number } | null;
}

/** Tells whether something has changed. `Store` says what holds for every method. */
export interface ChangeStore {
  /**
   * Looks whether a profile has changed.
   * @param last what the last call returned, so that this one costs less; null for the first call
   */
  changeMark(profileId: string, last: ChangeMark | null): Promise<ChangeMark>;
}
