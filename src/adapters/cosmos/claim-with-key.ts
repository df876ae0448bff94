import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Dialog } from '../../model/dialog.ts';
import { StoreUnavailable } from '../../model/errors.ts';
import { type Candidate, type Claim, candidate, markClaimed, oldestUnused } from './claim-candidates.ts';
import { isAddressable } from './client/address.ts';
import { concurrently } from './client/concurrently.ts';
import type { StoredDocument } from './client/container.ts';
import type { Tools } from './client/containers.ts';
import { parseDialog } from './documents/dialog-document.ts';
import { documentsByIds } from './documents/keyed-reads.ts';

/**
 * The record of a claim with a key. It lists the dialogs before the first of them is marked. Every call with the key
 * marks the dialogs of this one record with its token, so calls at the same time complete the same claim.
 */
const claimRecord = z.object({
  claim_token: z.string(),
  /** The count that the first call asked for. */
  count: z.int(),
  dialogs: z.array(z.string()),
});

/** How long a record is kept, in seconds. A container without `defaultTtl` keeps it for ever. */
const RECORD_TTL = 7 * 24 * 60 * 60;
/** How many dialogs are read beyond those that are missing, when dialogs that other callers claimed are replaced. */
const SPARE = 8;
/** How often the dialogs of a record are marked and replaced. */
const MAX_ROUNDS = 40;
/** How often a call tries to mark the same dialog in one round. */
const MAX_TRIES = 10;

/**
 * Claims dialogs under a key. If an earlier call with the key has left a record, its dialogs are returned. If that call
 * was interrupted, this call completes its claim, up to the count that it asked for.
 *
 * The record lists at most `count` dialogs. A dialog is removed from the list only after another caller has claimed it
 * or it was deleted. A slower call that still has the older list finds the same, so all calls together never mark more
 * than `count`. A claim that finds no dialog leaves no record or an empty one, and the next call with the key starts
 * a new claim.
 *
 * @throws {StoreUnavailable} although dialogs may be marked; a call with the same key returns them
 */
export async function claimWithKey(
  { dialogs, leases }: Tools,
  profileId: string,
  count: number,
  claim: Claim,
  key: string,
): Promise<Dialog[]> {
  if (!isAddressable(profileId)) return [];
  const id = recordId(profileId, key);
  const known = new Map<string, Candidate>();

  /** Chooses unused dialogs. @returns their ids, at most `wanted` of them */
  async function choose(wanted: number, passed: readonly string[], spare: number): Promise<string[]> {
    const most = wanted + spare;
    const found = await oldestUnused(dialogs, profileId, { wanted, most, passed });
    for (const one of found) known.set(one.id, one);
    const ids = found.map((one) => one.id);
    return spare === 0 ? ids : spread(ids, wanted, claim.token);
  }

  const [before, unused] = await Promise.all([leases.read(id, id), choose(count, [], 0)]);
  const token = { claim_token: claim.token };
  const ofUnused = { profile_id: profileId, claim_key: key, count, dialogs: unused, ttl: RECORD_TTL };
  let record = before;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    record ??= unused.length === 0 ? null : await leases.create(id, { id, ...ofUnused }, token);
    // If nothing was unused, another call with the key may have marked all dialogs. Then it has left a record.
    record ??= await leases.read(id, id);
    if (record === null && unused.length === 0) return [];
    if (record === null) continue;
    const given = claimRecord.safeParse(record).data;
    if (given === undefined) {
      // The document is no record: another program has written it. It becomes one.
      const changed = await leases.replace(id, record, { ...ofUnused, ...token });
      record = typeof changed === 'string' ? null : changed;
      continue;
    }
    const ends = await markAll(given.dialogs, { at: claim.at, token: given.claim_token });
    const ours = ends.flatMap((end) => (typeof end === 'string' ? [] : end));
    // A dialog that was deleted since counts as claimed. If all were deleted, nothing is left of the earlier claim.
    if (ours.length > 0 && !ends.includes('lost')) return ours;
    const kept = ours.map((dialog) => dialog.id);
    const replacements = await choose(given.count - kept.length, given.dialogs, round === 0 ? 0 : SPARE);
    // The record is written even if its list is empty, so that no other call goes on with dialogs of the older list.
    const changed = await leases.replace(id, record, { dialogs: [...kept, ...replacements] });
    record = typeof changed === 'string' ? await leases.read(id, id) : changed;
    if (typeof changed === 'object' && kept.length === 0 && replacements.length === 0) return [];
  }
  throw new StoreUnavailable(new Error('other callers claimed every dialog that was chosen'));

  /** Marks the dialogs that are not marked yet. @returns one entry per id, in the order of the ids */
  async function markAll(ids: readonly string[], mark: Claim) {
    const unread = ids.filter((one) => !known.has(one));
    for (const one of await documentsByIds(dialogs, profileId, unread, candidate)) known.set(one.id, one);
    return concurrently(ids, async (one) => {
      const found = known.get(one);
      // A later round must read it again, because other calls may have marked it.
      known.delete(one);
      if (found === undefined) return 'gone';
      return markOne(found.document ?? (await dialogs.read(profileId, one)), mark);
    });
  }

  /** @returns the dialog; `lost` if another caller has claimed it or it cannot be marked; `gone` if it was deleted */
  async function markOne(document: StoredDocument | null, mark: Claim): Promise<Dialog | 'lost' | 'gone'> {
    let current = document;
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      if (current === null) return 'gone';
      const dialog = parseDialog(current);
      if (dialog === null) return 'lost';
      if (dialog.isUsed) return current.claim_token === mark.token ? dialog : 'lost';
      const result = await markClaimed(dialogs, profileId, current, mark);
      if (result === 'full') return 'lost';
      if (result === 'gone') return 'gone';
      current = result === 'changed' ? await dialogs.read(profileId, current.id) : result;
    }
    throw new StoreUnavailable(new Error('a dialog changed faster than it could be claimed'));
  }
}

/**
 * A hash, because a key may be any text, and an id may not. It begins with its kind, as the keys of leases do, which are
 * ids in the same container.
 */
function recordId(profileId: string, key: string): string {
  const hash = createHash('sha256').update(JSON.stringify([profileId, key]));
  return `claim:${hash.digest('hex')}`;
}

/**
 * Chooses `wanted` of the ids, at a position that depends on the token. So callers that compete for the same oldest
 * dialogs choose different ones the next time.
 */
function spread(ids: readonly string[], wanted: number, token: string): string[] {
  const start = createHash('sha256').update(token).digest().readUInt32BE() % Math.max(1, ids.length);
  const chosen = [...ids.slice(start), ...ids.slice(0, start)].slice(0, wanted);
  return ids.filter((id) => chosen.includes(id));
}
