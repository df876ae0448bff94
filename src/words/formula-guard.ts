/** The beginning of a cell that a spreadsheet takes for a formula, also in full width, maybe guarded already. */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/u;

/*
 * A spreadsheet may divide a cell. Excel in German, French and other languages divides a CSV at semicolons and not at
 * commas. Then quotation marks protect nothing, because most of them stand in the middle of a cell. So a part of a cell is
 * guarded too, right behind the character that may divide it.
 */
const DIVIDER = String.raw`[;\t\r\n]`;
const FORMULA_OF_PART = String.raw`['"\p{Zs}\v\f]*[=+\-@＝＋－＠]`;
const PARTS = new RegExp(`(?<=${DIVIDER})(?=${FORMULA_OF_PART})`, 'gu');
const GUARDS_OF_PARTS = new RegExp(`(?<=${DIVIDER})'(?=${FORMULA_OF_PART})`, 'gu');

/**
 * Puts `'` before a cell that a spreadsheet would execute as a formula, and before such a part of a cell, so that it is
 * shown as text. A cell that looks guarded gets another `'`, so that `withoutFormulaGuard` always returns the original.
 */
export function withFormulaGuard(cell: string): string {
  const guarded = cell.replaceAll(PARTS, "'");
  return FORMULA.test(guarded) ? `'${guarded}` : guarded;
}

/** Removes each `'` that `withFormulaGuard` has put into a cell. */
export function withoutFormulaGuard(cell: string): string {
  const guarded = cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
  return guarded.replaceAll(GUARDS_OF_PARTS, '');
}
