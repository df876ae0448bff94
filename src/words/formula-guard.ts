/** The beginning of a cell that a spreadsheet takes for a formula, also in full width, maybe guarded already. */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/u;

/**
 * Puts `'` before a cell that a spreadsheet would execute as a formula, so that it is shown as text. A cell that looks
 * guarded gets another `'`, so that `withoutFormulaGuard` always returns the original.
 */
export function withFormulaGuard(cell: string): string {
  return FORMULA.test(cell) ? `'${cell}` : cell;
}

/** Removes the `'` that `withFormulaGuard` has put before a cell. */
export function withoutFormulaGuard(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
}
