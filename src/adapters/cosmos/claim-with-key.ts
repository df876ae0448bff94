import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Dialog } from '../../model/dialog.ts';
import { StoreUnavailable } from '../../model/errors.ts';
import { type Candidate, type Claim, candidate, markClaimed, oldestUnused } from './claim-candidates.ts';
import { concurrently } from './client/concurrently.ts';
import type { StoredDocument } from './client/container.ts';
import type { Tools } from './client/containers.ts';
import { isAddressable } from './documents/address.ts';
import { parseDialog } from './documents/dialog-document.ts';
import { documentsByIds } from './documents/keyed-reads.ts';

/**
 * What a claim with a key is to be given, decided before the first dialog is marked. Every call with the key works on
 * this one record and marks with its token, so calls at the same time help each other.
 */
const claimRecord = z.object({
  claim_token: z.string(),
  /** As many as the first call asked for. */
  count: z.int(),
  dialogs: z.array(z.string()),
});

/** How long a record is kept by a container that lets documents expire; in seconds. */
const WEEK = 7 * 24 * 60 * 60;
/** Among how many more than are missing a dialog that went to another caller is replaced. */
const SPARE = 8;
const MOST_ROUNDS = 40;
const MOST_TRIES = 10;

/**
 * Claims dialogs under a key. A call that finds the record of an earlier one gives what that one was given. If the
 * earlier one was cut short, this call completes it, up to the count that the earlier one asked for.
 *
 * The record lists at most `count` dialogs. One is taken off the list only after it went to another caller or was
 * deleted, which a late call that still has the older list finds too: together they never mark more than `count`.
 * A claim that is given no dialog leaves no record, or an empty one, and the next call with the key begins anew.
 *
 * @throws {StoreUnavailable} with dialogs marked, perhaps; a call with the same key is given them
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

  async function look(wanted: number, passed: readonly string[], spare: number): Promise<string[]> {
    const most = wanted + spare;
    const found = await oldestUnused(dialogs, profileId, { wanted, most, passed });
    for (const one of found) known.set(one.id, one);
    const ids = found.map((one) => one.id);
    return spare === 0 ? ids : anyOf(ids, wanted, claim.token);
  }

  async function createRecord(unused: readonly string[]): Promise<StoredDocument | null> {
    const fields = { id, profile_id: profileId, claim_key: key, count, dialogs: unused, ttl: WEEK };
    return leases.create(id, fields, { claim_token: claim.token });
  }

  const [before, unused] = await Promise.all([leases.read(id, id), look(count, [], 0)]);
  let record = before;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    record ??= unused.length === 0 ? null : await createRecord(unused);
    // Nothing was unused, perhaps since another call with the key has marked it all: then it has left a record.
    record ??= await leases.read(id, id);
    if (record === null && unused.length === 0) return [];
    if (record === null) continue;
    const given = claimRecord.parse(record);
    const ends = await markAll(given.dialogs, { at: claim.at, token: given.claim_token });
    const ours = ends.flatMap((end) => (typeof end === 'string' ? [] : end));
    // A dialog that was deleted since counts as given, unless all were: then nothing is left of the earlier claim.
    if (ours.length > 0 && !ends.includes('lost')) return ours;
    const kept = ours.map((dialog) => dialog.id);
    const replacements = await look(given.count - kept.length, given.dialogs, round === 0 ? 0 : SPARE);
    // Written even if nothing is left, so that of calls at once none goes on with what another has given up.
    const changed = await leases.replace(id, record, { dialogs: [...kept, ...replacements] });
    record = typeof changed === 'string' ? await leases.read(id, id) : changed;
    if (typeof changed === 'object' && kept.length === 0 && replacements.length === 0) return [];
  }
  throw new StoreUnavailable(new Error('others claimed every dialog that was chosen'));

  /** Marks those that are not marked yet. @returns one end for each id, in their order */
  async function markAll(ids: readonly string[], mark: Claim) {
    const unread = ids.filter((one) => !known.has(one));
    for (const one of await documentsByIds(dialogs, profileId, unread, candidate)) known.set(one.id, one);
    return concurrently(ids, async (one) => {
      const found = known.get(one);
      // A later round reads it anew: other calls may have marked it.
      known.delete(one);
      if (found === undefined) return 'gone';
      return markOne(found.document ?? (await dialogs.read(profileId, one)), mark);
    });
  }

  async function markOne(document: StoredDocument | null, mark: Claim): Promise<Dialog | 'lost' | 'gone'> {
    let current = document;
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
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

/** Keys are free text to the store, and an id is not. */
function recordId(profileId: string, key: string): string {
  const hash = createHash('sha256').update(JSON.stringify([profileId, key]));
  return `claim-${hash.digest('hex')}`;
}

/** Some of the ids, others for other tokens: callers that lost the oldest to each other spread out. */
function anyOf(ids: readonly string[], wanted: number, token: string): string[] {
  const start = createHash('sha256').update(token).digest().readUInt32BE() % Math.max(1, ids.length);
  const turned = [...ids.slice(start), ...ids.slice(0, start)].slice(0, wanted);
  return ids.filter((id) => turned.includes(id));
}
