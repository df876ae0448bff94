/** A UTC time as an export has it: `2026-01-31T12:00:00.000Z`. Its year has four digits. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/;

/** Reads the date on which a word was added. Null if the cell is empty; undefined if it is no valid UTC time. */
export function parseDate(cell: string): Date | null | undefined {
  const text = cell.trim();
  if (text === '') return null;
  const date = new Date(TIME.test(text) ? text : Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
