import { z } from 'zod';
import type { Lease } from '../../ports/leases.ts';
import type { StoredDocument } from './client/container.ts';
import type { Containers, Tools } from './client/containers.ts';
import { isAddressable } from './documents/address.ts';
import { editDocument } from './documents/edit-document.ts';

const leaseDocument = z.object({ owner: z.string() });

/** The version of a lease is its document's ETag. */
export async function takeLease(
  tools: Tools,
  key: string,
  owner: string,
  seen: Lease | null,
): Promise<Lease> {
  const { leases, newId } = tools;
  if (!isAddressable(key)) throw new TypeError(`${JSON.stringify(key)} cannot be the key of a lease`);
  for (;;) {
    if (seen !== null) {
      const document = { id: key, _etag: seen.version };
      const taken = await leases.replace(key, document, leaseFields(owner, newId));
      if (typeof taken === 'object') return leaseOf(taken);
    }
    const created = await leases.create(key, { id: key }, leaseFields(owner, newId));
    if (created !== null) return leaseOf(created);
    const found = await leases.read(key, key);
    if (found === null) continue;
    const held = leaseOf(found);
    // A holder trusts its lease from now on, so that others must see a new version from now on.
    const lease = held.owner === owner ? await renewLease(tools, held) : held;
    if (lease !== null) return lease;
  }
}

/** A renewal that was never answered may have made a version that its owner has not seen: that one counts. */
export async function renewLease({ leases, newId }: Tools, lease: Lease): Promise<Lease | null> {
  const { key, owner, version } = lease;
  const document = { id: key, _etag: version, owner };
  const renewed = await editDocument(leases, key, document, (current) =>
    current.owner === owner ? leaseFields(owner, newId) : null,
  );
  return renewed?.owner === owner ? leaseOf(renewed) : null;
}

export async function releaseLease({ leases }: Containers, { key, owner, version }: Lease): Promise<void> {
  let etag = version;
  while ((await leases.remove(key, key, etag)) === 'changed') {
    const found = await leases.read(key, key);
    if (found?.owner !== owner) return;
    etag = found._etag;
  }
}

/**
 * Takes a lease from its holder without freeing it. The holder notices at its next renewal and may act on the lease
 * until then; a waiter sees the lease unchanged for longer than that before it takes it over. If there is no lease,
 * there is nothing to wait for.
 */
export async function withdrawLease({ leases, newId }: Tools, key: string): Promise<void> {
  const owner = `withdrawn ${newId()}`;
  await editDocument(leases, key, await leases.read(key, key), () => ({ owner }));
}

/** `renewal` makes every version another document, so that a lost answer can be settled by reading. */
function leaseFields(owner: string, newId: Tools['newId']): { owner: string; renewal: string } {
  return { owner, renewal: newId() };
}

/** A document of which we do not know the owner is somebody's, and is taken over when it stays unchanged. */
function leaseOf(document: StoredDocument): Lease {
  const { id: key, _etag: version } = document;
  return { key, owner: leaseDocument.safeParse(document).data?.owner ?? '', version };
}
