import type { GraphQLField } from 'graphql';

/**
 * The `extensions` of a field that one operation may call at most `most` times, because each call starts long work.
 * `src/http/limits/response-limit.ts` reads it.
 */
export function callsPerOperation(most: number): { callsPerOperation: number } {
  return { callsPerOperation: most };
}

/** How often one operation may call the field. Null if there is no limit. */
export function callsPerOperationOf({ extensions }: GraphQLField<unknown, unknown>): number | null {
  const most = extensions.callsPerOperation;
  return typeof most === 'number' ? most : null;
}
