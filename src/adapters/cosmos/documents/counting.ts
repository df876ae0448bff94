import { z } from 'zod';
import type { DocumentContainer } from '../client/container.ts';
import type { Query } from '../client/query.ts';

/** A query may return several counts, which add up: the service counts in parts. */
const count = z.int();

/** Counts the documents of all partitions that match `where`. */
export async function countEverywhere(
  container: DocumentContainer,
  where: string,
  values: Query['values'] = {},
): Promise<number> {
  const query = { select: 'VALUE COUNT(1)', where, values };
  return sum(await container.queryEverywhere(query, (one) => count.parse(one)));
}

/** Counts the documents of a profile that match `where`. */
export async function countWhere(
  container: DocumentContainer,
  profileId: string,
  where: string,
  values: Query['values'] = {},
): Promise<number> {
  const query = { select: 'VALUE COUNT(1)', where, values };
  return sum(await container.queryProfile(profileId, query, (one) => count.parse(one)));
}

function sum(parts: readonly number[]): number {
  return parts.reduce((total, part) => total + part, 0);
}
