import { z } from 'zod';
import type { Lease, LeaseStore } from '../../ports/leases.ts';
import { isAddressable } from './client/address.ts';
import type { StoredDocument } from './client/container.ts';
import type { Tools } from './client/containers.ts';
import { editDocument } from './documents/edit-document.ts';

const leaseDocument = z.object({ owner: z.string() });

/** The id of a lease's document is its key, and the version of a lease is the ETag of its document. */
export function leaseMethods(tools: Tools): LeaseStore {
  const { leases, newId } = tools;
  return {
    async takeLease(key, owner, seen) {
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
        // The owner trusts the lease from this call on, so a waiter has to see a new version from now on.
        const lease = held.owner === owner ? await renewLease(tools, held) : held;
        if (lease !== null) return lease;
      }
    },

    renewLease: (lease) => renewLease(tools, lease),

    async releaseLease({ key, owner, version }) {
      let etag = version;
      while ((await leases.remove(key, key, etag)) === 'changed') {
        const found = await leases.read(key, key);
        if (found?.owner !== owner) return;
        etag = found._etag;
      }
    },
  };
}

/** Renews the stored version, which its owner may not know: the response to its last renewal may have been lost. */
async function renewLease({ leases, newId }: Tools, { key, owner, version }: Lease): Promise<Lease | null> {
  const document = { id: key, _etag: version, owner };
  const renewed = await editDocument(leases, key, document, (current) =>
    current.owner === owner ? leaseFields(owner, newId) : null,
  );
  return renewed?.owner === owner ? leaseOf(renewed) : null;
}

/**
 * Takes a lease from its holder without freeing it. The holder notices at its next renewal, and may act on the lease
 * until then. A waiter takes the lease over only after it has seen it unchanged for longer than that. If there is no
 * lease, nothing is changed.
 */
export async function withdrawLease({ leases, newId }: Tools, key: string): Promise<void> {
  const owner = `withdrawn ${newId()}`;
  await editDocument(leases, key, await leases.read(key, key), () => ({ owner }));
}

/** `renewal` differs in every version, so that a read tells after a lost response which version was stored. */
function leaseFields(owner: string, newId: Tools['newId']): { owner: string; renewal: string } {
  return { owner, renewal: newId() };
}

/** A document without an owner counts as held. It is taken over if it stays unchanged. */
function leaseOf(document: StoredDocument): Lease {
  const { id: key, _etag: version } = document;
  return { key, owner: leaseDocument.safeParse(document).data?.owner ?? '', version };
}
