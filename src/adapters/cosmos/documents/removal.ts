import { z } from 'zod';
import { concurrently } from '../client/concurrently.ts';
import type { DocumentContainer, Query } from '../client/container.ts';
import { isAddressable } from './address.ts';

/** Versions of documents, all that is needed to delete them. */
const versions = z.array(z.object({ id: z.string(), _etag: z.string() }));

/**
 * Deletes all documents of a profile that match, also those that are written meanwhile. A document that changes so
 * that it no longer matches stays.
 */
export async function removeWhere(
  container: DocumentContainer,
  profileId: string,
  where: string,
  values: Query['values'] = {},
): Promise<void> {
  for (;;) {
    const query = { select: 'c.id, c._etag', top: 1000, where, values };
    const found = versions.parse(await container.queryProfile(profileId, query));
    const removable = found.filter(({ id }) => isAddressable(id));
    if (removable.length === 0) return;
    await concurrently(removable, ({ id, _etag }) => container.remove(profileId, id, _etag));
  }
}

/** Deletes every document of a profile. */
export function removeAllOf(container: DocumentContainer, profileId: string): Promise<void> {
  return removeWhere(container, profileId, 'IS_STRING(c.id)');
}
