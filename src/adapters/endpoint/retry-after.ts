/** A provider that asks for a longer pause gets this one. */
const LONGEST_MS = 300_000;

/**
 * How long a response asks to wait, in milliseconds, at most five minutes; null if it does not say. `retry-after-ms` is
 * read first, then `retry-after` in seconds or as a date.
 */
export function retryAfterMs(headers: Headers, now: Date): number | null {
  const exact = Number.parseFloat(headers.get('retry-after-ms') ?? '');
  const given = headers.get('retry-after') ?? '';
  const seconds = /^\s*\d/u.test(given) ? Number.parseFloat(given) : Number.NaN;
  const ms = [exact, seconds * 1000, Date.parse(given) - now.getTime()].find((wait) => !Number.isNaN(wait));
  return ms === undefined ? null : Math.min(Math.max(ms, 0), LONGEST_MS);
}
