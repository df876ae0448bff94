import type { SqlQuerySpec } from '@azure/cosmos';
import { IS_ADDRESSABLE } from './address.ts';

/** The parts of a query in which `c` is the document. */
export interface Query {
  readonly select: string;
  /** How many documents to find at most; all if it is left out. */
  readonly top?: number;
  /** One condition, or several joined by AND. An OR must be in parentheses. */
  readonly where: string;
  /** One field, which every document that matches `where` must have. */
  readonly orderBy?: string;
  /** The values of the parameters, by their names with the `@`. */
  readonly values?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

/** Parses one result of a query; null leaves the result out. */
export type Parse<Result> = (found: unknown) => Result | null;

/**
 * The query in the form that the SDK sends. It finds addressable documents alone.
 * @param scope a condition that every document must meet beside `where`; null for none
 */
export function querySpec(
  { select, top, where, orderBy, values }: Query,
  scope: string | null,
): SqlQuerySpec {
  // `where` comes last and has no parentheses around it: nested ones, and conditions after them, make the emulator's
  // parser many times slower.
  const conditions = [...(scope === null ? [] : [scope]), IS_ADDRESSABLE, where];
  const parts = [
    `SELECT ${top === undefined ? '' : 'TOP @top '}${select} FROM c`,
    `WHERE ${conditions.join(' AND ')}`,
    orderBy === undefined ? '' : `ORDER BY ${orderBy}`,
  ];
  const all = { ...values, ...(top !== undefined && { '@top': top }) };
  const parameters = Object.entries(all).map(([name, value]) => ({
    name,
    value: typeof value === 'object' ? [...value] : value,
  }));
  return { query: parts.join(' '), parameters };
}

/** Parses results, and leaves out those that `parse` returns null for. */
export function parsed<Result>(found: readonly unknown[], parse: Parse<Result>): Result[] {
  return found.flatMap((one) => {
    const result = parse(one);
    return result === null ? [] : [result];
  });
}
