/** Stands for the date of a document that tells none. */
export const UNKNOWN_DATE = new Date(0);

/** Longer than any date; a pattern is not tried on what is longer. */
const MOST_CHARACTERS = 64;

/** The date in a document, null where it holds none. Dates without a time zone are in UTC, as Python writes them. */
export function readDate(value: unknown): Date | null {
  if (typeof value !== 'string' || value.length > MOST_CHARACTERS) return null;
  const text = value.trim().replace(' ', 'T');
  const zoned = /T.*(Z|[+-]\d\d(:?\d\d)?)$/i.test(text) || !text.includes('T') ? text : `${text}Z`;
  const date = new Date(zoned);
  return Number.isNaN(date.getTime()) ? null : date;
}
