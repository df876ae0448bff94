import type { GraphQLField } from 'graphql';

/** States that one operation may call a field `most` times, for fields that begin long work. */
export function callsPerOperation(most: number): { callsPerOperation: number } {
  return { callsPerOperation: most };
}

/** How often one operation may call a field; null if it states no limit. */
export function callsPerOperationOf({ extensions }: GraphQLField<unknown, unknown>): number | null {
  const most = extensions.callsPerOperation;
  return typeof most === 'number' ? most : null;
}
