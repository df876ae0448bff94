import { z } from 'zod';
import { concurrently } from '../client/concurrently.ts';
import type { DocumentContainer } from '../client/container.ts';
import type { Query } from '../client/query.ts';

/** The fields of a document that its deletion needs. */
const version = z.object({ id: z.string(), _etag: z.string() });

/**
 * Deletes the documents of a profile that match `where`, until a query finds none. So documents that are created
 * meanwhile are deleted too, and a document that is changed meanwhile and no longer matches stays.
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

/** Deletes all documents of a profile whose ids are addressable. */
export function removeAllOf(container: DocumentContainer, profileId: string): Promise<void> {
  return removeWhere(container, profileId, 'IS_STRING(c.id)');
}
