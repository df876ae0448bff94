import type { GraphQLField } from 'graphql';

type Arguments = Readonly<Record<string, unknown>>;

/** The most entries of lists further down, by the names of the fields on the way to them. */
export interface ListTotals {
  readonly [field: string]: number | ListTotals;
}

/**
 * How long the lists of a field can be. Its parts are named as in the GraphQL cost directives, whose `@listSize` says the
 * same. A field states it in its `extensions`; `src/http/limits/response-limit.ts` reads it.
 */
export class ListSize {
  /** The most entries that the lists can have, computed from the field's arguments. */
  readonly maxEntries: (args: Arguments) => number;
  /** The fields of the returned object that are the lists. Null if the field itself is the list. */
  readonly sizedFields: readonly string[] | null;
  /**
   * Lists below `sizedFields` that are limited all together: the sum of their lengths over all entries is at most the
   * number. The cost directives have nothing like it.
   */
  readonly totals: ListTotals;

  constructor({ maxEntries, sizedFields, totals }: ListSize) {
    this.maxEntries = maxEntries;
    this.sizedFields = sizedFields;
    this.totals = totals;
  }
}

/** The `extensions` of a field whose list, or whose `sizedFields`, can be as long as its arguments allow. */
export function listSize(
  maxEntries: ListSize['maxEntries'],
  sizedFields: ListSize['sizedFields'] = null,
  totals: ListTotals = {},
): { listSize: ListSize } {
  return { listSize: new ListSize({ maxEntries, sizedFields, totals }) };
}

/** The list size that a field states. Null if it states none. */
export function listSizeOf({ extensions }: GraphQLField<unknown, unknown>): ListSize | null {
  return extensions.listSize instanceof ListSize ? extensions.listSize : null;
}

/** The number of entries of a list argument. GraphQL coerces a single value to a list of one. */
export function entriesOf(argument: unknown): number {
  if (Array.isArray(argument)) return argument.length;
  return argument == null ? 0 : 1;
}

/** A number argument, limited to 0 to `max`; `otherwise` if it is left out. */
export function boundedNumber(argument: unknown, bounds: { max: number; otherwise: number }): number {
  return typeof argument === 'number' ? Math.min(Math.max(argument, 0), bounds.max) : bounds.otherwise;
}
