import type { GraphQLField } from 'graphql';

type Arguments = Readonly<Record<string, unknown>>;

/** How many entries a field's lists can have, told by its arguments. Stated beside the field, as `extensions`. */
export class ListSize {
  /** Most entries of the lists, given the field's arguments. */
  readonly of: (args: Arguments) => number;
  /** The fields of the field's type that hold the entries; null if the field is the list itself. */
  readonly fields: readonly string[] | null;

  constructor(of: ListSize['of'], fields: ListSize['fields'] = null) {
    this.of = of;
    this.fields = fields;
  }
}

/** For a field whose own entries, or those of the `fields` of its type, are as many as an argument asks for. */
export function listSize(of: ListSize['of'], fields: ListSize['fields'] = null): { listSize: ListSize } {
  return { listSize: new ListSize(of, fields) };
}

/** What a field states about its size, if it states anything. */
export function listSizeOf({ extensions }: GraphQLField<unknown, unknown>): ListSize | null {
  return extensions.listSize instanceof ListSize ? extensions.listSize : null;
}

/** The number of entries of a list argument; 1 for a single value, which stands for a list of one. */
export function entriesOf(argument: unknown): number {
  if (Array.isArray(argument)) return argument.length;
  return argument == null ? 0 : 1;
}

/** A number argument within its bounds; `otherwise` if it is left out. */
export function boundedNumber(argument: unknown, bounds: { max: number; otherwise: number }): number {
  return typeof argument === 'number' ? Math.min(Math.max(argument, 0), bounds.max) : bounds.otherwise;
}
