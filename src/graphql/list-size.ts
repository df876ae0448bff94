import type { GraphQLField } from 'graphql';

type Arguments = Readonly<Record<string, unknown>>;

/** How many entries the lists of a field can have. It depends on the field's arguments, as `first` of a connection. */
export class ListSize {
  /** The most entries that the lists can have with the given arguments. */
  readonly of: (args: Arguments) => number;
  /** The fields of the returned object that are the lists; null if the field itself is the list. */
  readonly fields: readonly string[] | null;

  constructor(of: ListSize['of'], fields: ListSize['fields'] = null) {
    this.of = of;
    this.fields = fields;
  }
}

/**
 * States the size of a field's lists beside the field, as its `extensions`. The limit on the size of a response reads it.
 * @param of the most entries that the lists can have with the given arguments
 * @param fields the fields of the returned object that are the lists; null if the field itself is the list
 */
export function listSize(of: ListSize['of'], fields: ListSize['fields'] = null): { listSize: ListSize } {
  return { listSize: new ListSize(of, fields) };
}

/** The list size that a field states; null if it states none. */
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
