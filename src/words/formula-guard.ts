/** The beginning of a cell with a `'` that keeps a spreadsheet from taking it for a formula, also in full width. */
const GUARDED = /^'+[=+\-@\t\r\n＝＋－＠]/u;

/** Removes the `'` before a cell that a spreadsheet would otherwise take for a formula. */
export function withoutFormulaGuard(cell: string): string {
  return GUARDED.test(cell) ? cell.slice(1) : cell;
}
