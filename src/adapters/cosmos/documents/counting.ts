import { z } from 'zod';
import type { DocumentContainer, Query } from '../client/container.ts';

/** Of each part that the store counted by itself. */
const count = z.int();

/** How many documents of a profile match. */
export async function countWhere(
  container: DocumentContainer,
  profileId: string,
  where: string,
  values: Query['values'] = {},
): Promise<number> {
  const query = { select: 'VALUE COUNT(1)', where, values };
  const counts = await container.queryProfile(profileId, query, (one) => count.parse(one));
  return counts.reduce((sum, part) => sum + part, 0);
}
