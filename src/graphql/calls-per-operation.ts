import type { GraphQLField } from 'graphql';

/** A limit of the calls of a field that start long work. */
export interface CallLimit {
  readonly most: number;
  /** Whether a call with these arguments starts long work. */
  readonly counts: (args: Readonly<Record<string, unknown>>) => boolean;
  /** Which calls count, in words that follow the name of the field, such as ` with whenEmpty: WAIT`; empty if all do. */
  readonly which: string;
}

/**
 * The `extensions` of a field that one operation may call at most `most` times, because each call starts long work.
 * `src/http/limits/response-limit.ts` reads it.
 * @param some which calls count, if not every one does
 */
export function callsPerOperation(
  most: number,
  some: Omit<CallLimit, 'most'> = { counts: () => true, which: '' },
): { callsPerOperation: CallLimit } {
  return { callsPerOperation: { most, ...some } };
}

/** How often one operation may call the field. Null if there is no limit. */
export function callsPerOperationOf({ extensions }: GraphQLField<unknown, unknown>): CallLimit | null {
  const limit: unknown = extensions.callsPerOperation;
  return isCallLimit(limit) ? limit : null;
}

function isCallLimit(limit: unknown): limit is CallLimit {
  return (
    typeof limit === 'object' && limit !== null && 'most' in limit && 'counts' in limit && 'which' in limit
  );
}
