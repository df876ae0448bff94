import { z } from 'zod';
import type { DocumentContainer, Query } from './container.ts';

const counted = z.tuple([z.int()]);

/** How many documents of a profile match. */
export async function countWhere(
  container: DocumentContainer,
  profileId: string,
  where: string,
  values: Query['values'] = {},
): Promise<number> {
  const found = await container.queryProfile(profileId, { select: 'VALUE COUNT(1)', where, values });
  return found.length === 0 ? 0 : counted.parse(found)[0];
}
