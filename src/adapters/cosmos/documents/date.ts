/** Stands for the date of a document that tells none. */
export const UNKNOWN_DATE = new Date(0);

/** The date in a document, null where it holds none. Dates without a time zone are in UTC, as Python writes them. */
export function readDate(value: unknown): Date | null {
  if (typeof value !== 'string') return null;
  const text = value.trim().replace(' ', 'T');
  const zoned = /T.*(Z|[+-]\d\d(:?\d\d)?)$/i.test(text) || !text.includes('T') ? text : `${text}Z`;
  const date = new Date(zoned);
  return Number.isNaN(date.getTime()) ? null : date;
}
