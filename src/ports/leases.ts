import { createHash } from 'node:crypto';

/** The longest id of a profile, in bytes, that is a part of a key. Ids of this API are shorter; foreign ones may not be. */
const LONGEST_ID_IN_KEY = 200;

/**
 * The key of the lease that the top-up of a profile holds. It begins with its kind, as every key does, so that it is not
 * equal to a key of another kind, whatever the id of the profile is. If the id can be that of a document, so can the key.
 */
export function topUpLeaseKey(profileId: string): string {
  return keyOf('top-up', profileId);
}

/** The key of the lease that a consolidation of what a profile has learned holds. */
export function consolidationLeaseKey(profileId: string): string {
  return keyOf('consolidation', profileId);
}

/** The key of the lease of the process that judges the trials of a model's prompt. @param model the name of the generator */
export function promptTrialLeaseKey(model: string): string {
  // Names of models may have characters that a key may not have.
  return `prompt-trial:${createHash('sha256').update(model).digest('hex')}`;
}

function keyOf(kind: string, profileId: string): string {
  if (Buffer.byteLength(profileId) <= LONGEST_ID_IN_KEY) return `${kind}:${profileId}`;
  return `${kind}-of-long-id:${createHash('sha256').update(profileId).digest('hex')}`;
}

/** The key of the lease of the process that looks for pools that are short. */
export const MAINTENANCE_LEASE_KEY = 'maintenance:pools';

/**
 * The right to do something alone. A lease has no expiry date: its holder renews it regularly, and another owner may
 * take it over after it has seen the lease unchanged for long enough. Leases are made by a store and passed back to it
 * unchanged.
 */
export interface Lease {
  /** What the lease is for, of at most 255 bytes: a kind, a colon, and what identifies it among leases of its kind. */
  readonly key: string;
  /** The id of the holder. It is used for one lease only. */
  readonly owner: string;
  /** The store's mark of this version of the lease. Every renewal changes it. */
  readonly version: string;
}

/** A lease as its holder knows it. Writes that need the lease are fenced by it. */
export interface HeldLease extends Lease {
  /**
   * Aborted with LeaseLost as the reason once the holder must no longer rely on the lease. Read this property again
   * before each act: reading it checks the clock, because timers of a process that was suspended may run late.
   */
  readonly lost: AbortSignal;
}

/** Stores leases. `Store` says what holds for every method. */
export interface LeaseStore {
  /**
   * Takes the lease of a key for `owner`. This succeeds if the lease is free, if `owner` has it already, or if it is
   * still in the version of `seen`. Of several callers at once, one succeeds.
   * @param owner an id that was never used for another lease
   * @param seen the lease to take over, because its holder has not renewed it for too long; null to take over none
   * @returns the lease as it is then. It was taken if its owner is `owner`; else it is the lease of its present holder
   */
  takeLease(key: string, owner: string, seen: Lease | null): Promise<Lease>;
  /** Renews a lease, which changes its version. @returns null if another owner has it, or if it was released */
  renewLease(lease: Lease): Promise<Lease | null>;
  /** Frees a lease. Does nothing if another owner has it. */
  releaseLease(lease: Lease): Promise<void>;
}

/** The lease that a write was fenced by is lost. Nothing was written. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}
