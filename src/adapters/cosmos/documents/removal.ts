import { z } from 'zod';
import { concurrently } from '../client/concurrently.ts';
import type { DocumentContainer, Query } from '../client/container.ts';

/** A version of a document, all that is needed to delete it. */
const version = z.object({ id: z.string(), _etag: z.string() });

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
    const found = await container.queryProfile(profileId, query, (one) => version.parse(one));
    if (found.length === 0) return;
    await concurrently(found, ({ id, _etag }) => container.remove(profileId, id, _etag));
  }
}

/** Deletes every document of a profile that can be deleted: one whose id cannot be addressed stays. */
export function removeAllOf(container: DocumentContainer, profileId: string): Promise<void> {
  return removeWhere(container, profileId, 'IS_STRING(c.id)');
}
