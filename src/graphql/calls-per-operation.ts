import type { GraphQLField } from 'graphql';

/** A limit of the calls of a field that start long work. */
interface CallLimit {
  readonly most: number;
  /** Whether a call with these arguments starts long work. */
  readonly counts: (args: Readonly<Record<string, unknown>>) => boolean;
}

/**
 * The `extensions` of a field that one operation may call at most `most` times, because each call starts long work.
 * `src/http/limits/response-limit.ts` reads it.
 * @param counts whether a call with the given arguments counts; every call does if it is left out
 */
export function callsPerOperation(
  most: number,
  counts: CallLimit['counts'] = () => true,
): { callsPerOperation: CallLimit } {
  return { callsPerOperation: { most, counts } };
}

/** How often one operation may call the field. Null if there is no limit. */
export function callsPerOperationOf({ extensions }: GraphQLField<unknown, unknown>): CallLimit | null {
  const limit: unknown = extensions.callsPerOperation;
  return isCallLimit(limit) ? limit : null;
}

function isCallLimit(limit: unknown): limit is CallLimit {
  return typeof limit === 'object' && limit !== null && 'most' in limit && 'counts' in limit;
}
