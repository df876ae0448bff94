import type { Page, PageRequest } from '../model/page.ts';
import type { TopUpRecord } from '../model/top-up-record.ts';

/** How many top-ups of a profile are kept. */
export const KEPT_TOP_UPS = 20;

/** Identifies a top-up. Its id is unique within the profile. */
export interface TopUpKey {
  readonly profileId: string;
  readonly topUpId: string;
}

/** A record that is not stored yet. */
export type NewTopUp = Omit<TopUpRecord, 'version'>;

/**
 * Stores the records of top-ups. `Store` says what holds for every method.
 *
 * A record belongs to the process that runs the top-up: this process alone saves it. Any other process may request its
 * cancellation, and may save it as lost once the lease of the top-up can be taken over. Both change its version.
 *
 * The lists of a record are bounded (`boundedLists`): what is beyond the bounds is left out without an error.
 */
export interface TopUpStore {
  /**
   * Stores a new record. The profile keeps its last `KEPT_TOP_UPS` records, the new one included, and all that are not
   * finished; others are removed. The last ones are those that were created last, or written last, and not those with the
   * latest `startedAt`: the clocks of two processes may be years apart. A store that cannot create and remove at once may
   * keep more until the next record is created.
   *
   * A store that cannot see the profile without another request stores a record for an unknown profile too. So a record
   * that is created while its profile is being deleted may be left behind.
   * @returns the record as it is stored; null if nothing was stored because the id is taken, or because the profile does
   *   not exist in a store that sees this. After StoreUnavailable, repeating the call returns null if the record was
   *   stored by the first call
   */
  createTopUp(record: NewTopUp): Promise<TopUpRecord | null>;
  /**
   * Replaces a record if the store still has its `version`. Of several callers with the same version, one succeeds.
   * @returns the record with its new version; null if the record was changed or removed meanwhile. Nothing was stored
   *   then. The owner of the top-up reads the record again with `topUpRecords`: its cancellation was requested, it was
   *   taken for lost, or its profile was deleted. If it is still the owner's, the owner applies its changes to what it
   *   has read, `cancelRequested` included, and saves that. A store whose response was lost may also return null although
   *   it has stored the record, if the record was changed again at once; the owner does the same then
   */
  saveTopUp(record: TopUpRecord): Promise<TopUpRecord | null>;
  /**
   * Sets `cancelRequested` of a record that is not finished. It is repeated until it succeeds if the owner saves the
   * record at the same time. A record that is finished or already has it is not written and keeps its version.
   * @returns the record as it is then; null if there is none
   */
  requestCancel(profileId: string, topUpId: string): Promise<TopUpRecord | null>;
  /** Reads records by their keys. */
  topUpRecords(keys: readonly TopUpKey[]): Promise<(TopUpRecord | null)[]>;
  /**
   * A page of a profile's records, newest first, unlike all other pages. The position of a record is its `startedAt` and
   * its id, in the fields of `Position`. Empty for an unknown profile.
   */
  topUpPage(profileId: string, page: PageRequest): Promise<Page<TopUpRecord>>;
  /** The oldest record of each profile that is not finished; null if there is none. */
  currentTopUps(profileIds: readonly string[]): Promise<(TopUpRecord | null)[]>;
}
