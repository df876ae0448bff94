import { z } from 'zod';

/** The date that a document without a readable date gets. */
export const UNKNOWN_DATE = new Date(0);

/** Longer than any date. A longer text is not matched against the pattern, which would take long. */
const MAX_CHARACTERS = 64;

/** Reads a date from a document; null if it is none. A date without a time zone is in UTC, as Python writes it. */
export function readDate(value: unknown): Date | null {
  if (typeof value !== 'string' || value.length > MAX_CHARACTERS) return null;
  const text = value.trim().replace(' ', 'T');
  const zoned = /T.*(Z|[+-]\d\d(:?\d\d)?)$/i.test(text) || !text.includes('T') ? text : `${text}Z`;
  const date = new Date(zoned);
  return Number.isNaN(date.getTime()) ? null : date;
}

/** A field that must have a date. */
export const dateField = z.unknown().transform((value, { addIssue }) => {
  const date = readDate(value);
  if (date !== null) return date;
  addIssue('is no date');
  return z.NEVER;
});
