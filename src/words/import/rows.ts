import Papa from 'papaparse';

/** A row of a table. */
export interface Row {
  /** The line on which it begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /** Why the cells cannot be told apart, as a sentence; null if they can. */
  readonly fault: string | null;
}

/** The most cells of a row that are kept. The others are passed over. */
const MAX_CELLS = 1_000;
/** The longest row, and how much is parsed at once, in characters. A malformed text of this length takes about 50 ms. */
const MAX_ROW = 100_000;

/**
 * Reads the rows of a table, blank ones left out. A cell in quotation marks may contain separators, line breaks and, as
 * two, quotation marks. A row that does not end is the last one.
 *
 * The text is parsed piece by piece while the result is iterated.
 * @param text its lines end with `\n`
 * @param firstLine the number of its first line
 */
export function* readRows(text: string, separator: string, firstLine: number): Iterable<Row> {
  let line = firstLine;
  let begin = 0;
  while (begin < text.length) {
    const isLast = begin + MAX_ROW >= text.length;
    const rows = parsePiece(text.slice(begin, begin + MAX_ROW), separator, isLast);
    if (rows.length === 0) {
      return yield { line, cells: [], fault: `The row does not end within ${MAX_ROW} characters. ${ADVICE}` };
    }
    const pieceBegin = begin;
    for (const { cells, fault, end } of rows) {
      if (fault !== null || cells.some((cell) => cell.trim() !== '')) yield { line, cells, fault };
      line += lineBreaks(text, begin, pieceBegin + end);
      begin = pieceBegin + end;
    }
  }
}

const ADVICE = 'Close each quotation mark that opens a cell, and write those inside it twice.';

interface ParsedRow extends Omit<Row, 'line'> {
  /** Where it ends in the piece. */
  readonly end: number;
}

/** The rows that end within a piece of text, or at its end if it is the last piece. */
function parsePiece(piece: string, separator: string, isLast: boolean): ParsedRow[] {
  const rows: ParsedRow[] = [];
  const parser = new Papa.Parser({
    delimiter: separator,
    newline: '\n',
    quoteChar: '"',
    step({ data: [cells = []], errors: [error], meta: { cursor } }: Papa.ParseResult<string[]>) {
      const fault = error ? `A quotation mark is in the wrong place. ${ADVICE}` : null;
      rows.push({ cells: cells.slice(0, MAX_CELLS), fault, end: cursor });
    },
  });
  parser.parse(piece, 0, !isLast);
  return rows;
}

/** How many lines end between two places of a text. */
function lineBreaks(text: string, begin: number, end: number): number {
  let count = 0;
  for (let i = text.indexOf('\n', begin); i >= 0 && i < end; i = text.indexOf('\n', i + 1)) count += 1;
  return count;
}

/** The separator of a CSV: the first of `,`, `;`, `|` and tab on its first line, outside of quotation marks. */
export function csvSeparator(text: string): string {
  const newline = text.indexOf('\n');
  const firstLine = text.slice(0, newline < 0 ? undefined : newline).replace(/"[^"]*"/g, '');
  // Excel writes semicolons in some languages, and LinguaCafe writes `|`.
  return /[,;|\t]/.exec(firstLine)?.[0] ?? ',';
}
