/* Reads the values of rows. What has another type was written by another program. */

export function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw damaged(value);
}

export function integer(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw damaged(value);
}

/** A number with a fraction. JSON has neither NaN nor infinity, but a number that is too large is read as infinity. */
export function number(value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw damaged(value);
}

export function integerOrNull(value: unknown): number | null {
  return value === null ? null : integer(value);
}

export function text(value: unknown): string {
  if (typeof value === 'string') return value;
  throw damaged(value);
}

/**
 * An id is compared by its bytes. One whose bytes are no UTF-8 was read with replacement characters, and finds no row: what
 * is paid for it could not be stored.
 */
export function id(value: unknown): string {
  const read = text(value);
  if (read.includes('\ufffd')) throw damaged(value);
  return read;
}

export function textOrNull(value: unknown): string | null {
  return value === null ? null : text(value);
}

export function oneOf<Value extends string>(values: readonly Value[], value: unknown): Value {
  const known = values.find((candidate) => candidate === value);
  if (known !== undefined) return known;
  throw damaged(value);
}

/** The schema's checks prevent such values, so another program has changed the file without them. */
function damaged(value: unknown): Error {
  return new Error(`The data file contains an invalid value: ${JSON.stringify(value)}`);
}
