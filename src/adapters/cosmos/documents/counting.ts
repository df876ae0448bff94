import { z } from 'zod';
import type { DocumentContainer, Query } from '../client/container.ts';

/** One for each part that the store counted by itself. */
const counts = z.array(z.int());

/** How many documents of a profile match. */
export async function countWhere(
  container: DocumentContainer,
  profileId: string,
  where: string,
  values: Query['values'] = {},
): Promise<number> {
  const found = await container.queryProfile(profileId, { select: 'VALUE COUNT(1)', where, values });
  return counts.parse(found).reduce((sum, count) => sum + count, 0);
}
