import { z } from 'zod';
import type { Lease } from '../../pool/ports/store.ts';
import { isAddressable } from './address.ts';
import type { StoredDocument } from './container.ts';
import type { Containers } from './containers.ts';

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

export async function renewLease({ leases }: Containers, held: Lease, until: Date): Promise<Lease | null> {
  const { profileId, owner, version } = held;
  const document = { id: profileId, _etag: version };
  const renewed = await leases.replace(profileId, document, leaseFields(owner, until));
  return typeof renewed === 'object' ? lease(renewed, owner, until) : null;
}

export async function releaseLease({ leases }: Containers, { profileId, version }: Lease): Promise<void> {
  await leases.remove(profileId, profileId, version);
}

function leaseFields(owner: string, until: Date): { owner: string; until: string } {
  return { owner, until: until.toISOString() };
}

function lease({ id, _etag }: StoredDocument, owner: string, until: Date): Lease {
  return { profileId: id, owner, until, version: _etag };
}
