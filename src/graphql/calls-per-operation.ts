import type { GraphQLField } from 'graphql';

/** Limits how often one operation may call a field. For fields that start long work; given as its `extensions`. */
export function callsPerOperation(most: number): { callsPerOperation: number } {
  return { callsPerOperation: most };
}

/** How often one operation may call the field; null if the field has no such limit. */
export function callsPerOperationOf({ extensions }: GraphQLField<unknown, unknown>): number | null {
  const most = extensions.callsPerOperation;
  return typeof most === 'number' ? most : null;
}
