/** A UTC time as an export has it: `2026-01-31T12:00:00.000Z`. Its year has four digits. */
const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,3})?Z$/;

/** Reads a time from a cell. Null if the cell is empty; undefined if it is no valid UTC time. */
export function parseDate(cell: string): Date | null | undefined {
  const text = cell.trim();
  if (text === '') return null;
  const [, toTheSecond] = TIME.exec(text) ?? [];
  const date = new Date(toTheSecond === undefined ? Number.NaN : text);
  if (toTheSecond === undefined || Number.isNaN(date.getTime())) return undefined;
  // `Date` reads the 30th of February as the 2nd of March.
  return date.toISOString().startsWith(toTheSecond) ? date : undefined;
}
