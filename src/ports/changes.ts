/** Tells whether something has changed. */
export interface ChangeMark {
  /**
   * Differs from an earlier mark if any process has changed the profile, its words, its dialogs or its top-ups in
   * between: their number, states or records. It may differ without such a change.
   */
  readonly mark: string;
  /** How long to wait before the next call, in milliseconds. The shorter, the earlier changes are seen, at a higher cost. */
  readonly askAgainMs: number;
}

/** Tells whether something has changed. `Store` says what holds for every method. */
export interface ChangeStore {
  changeMark(profileId: string): Promise<ChangeMark>;
}
