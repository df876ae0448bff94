import { z } from 'zod';
import type { Lease } from '../../ports/leases.ts';
import type { StoredDocument } from './client/container.ts';
import type { Containers, Tools } from './client/containers.ts';
import { isAddressable } from './documents/address.ts';
import { editDocument } from './documents/edit-document.ts';

const leaseDocument = z.object({ owner: z.string(), until: z.iso.datetime() });

export async function takeLease(
  { leases }: Containers,
  profileId: string,
  owner: string,
  now: Date,
  until: Date,
): Promise<Lease | null> {
  if (!isAddressable(profileId)) return null;
  const fields = leaseFields(owner, until);
  for (;;) {
    const created = await leases.create(profileId, { id: profileId }, fields);
    if (created !== null) return lease(created, owner, until);
    const found = await leases.read(profileId, profileId);
    if (found === null) continue;
    const held = leaseDocument.safeParse(found).data;
    if (held !== undefined && held.owner !== owner && new Date(held.until) > now) return null;
    const taken = await leases.replace(profileId, found, fields);
    if (typeof taken === 'object') return lease(taken, owner, until);
  }
}

/** A renewal that was never answered may have made a version that its owner has not seen: that one counts. */
export async function renewLease({ leases }: Containers, held: Lease, until: Date): Promise<Lease | null> {
  const { profileId, owner, version } = held;
  const document = { id: profileId, _etag: version, owner };
  const renewed = await editDocument(leases, profileId, document, (current) =>
    current.owner === owner ? leaseFields(owner, until) : null,
  );
  return renewed?.owner === owner ? lease(renewed, owner, until) : null;
}

export async function releaseLease({ leases }: Containers, held: Lease): Promise<void> {
  const { profileId, owner } = held;
  let etag = held.version;
  while ((await leases.remove(profileId, profileId, etag)) === 'changed') {
    const found = await leases.read(profileId, profileId);
    if (found?.owner !== owner) return;
    etag = found._etag;
  }
}

/**
 * Takes a lease from whoever has it, and lets nobody have it before it would have lapsed: until then its owner may
 * not have noticed and go on with what it is doing. Where there is no lease, there is nothing to wait for.
 */
export async function withdrawLease({ leases, newId }: Tools, profileId: string): Promise<void> {
  const owner = `withdrawn ${newId()}`;
  await editDocument(leases, profileId, await leases.read(profileId, profileId), () => ({ owner }));
}

function leaseFields(owner: string, until: Date): { owner: string; until: string } {
  return { owner, until: until.toISOString() };
}

function lease({ id, _etag }: StoredDocument, owner: string, until: Date): Lease {
  return { profileId: id, owner, until, version: _etag };
}
