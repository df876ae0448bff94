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
/** The longest row, in characters. */
const MAX_ROW = 100_000;

const ADVICE = 'Close each quotation mark that opens a cell, and write those inside it twice.';
const MISPLACED = `A quotation mark is in the wrong place. ${ADVICE}`;
const ENDLESS = `The row does not end within ${MAX_ROW} characters. ${ADVICE}`;

/**
 * Reads the rows of a table, blank ones left out. A cell in quotation marks may contain separators, line breaks and, as
 * two, quotation marks. A row with a fault ends at the first line end, so that it takes no other line with it. The usual
 * libraries go on behind the next quotation mark that fits, and the lines before it are in no row.
 *
 * The text is read row by row while the result is iterated.
 * @param text its lines end with `\n`
 * @param firstLine the number of its first line
 */
export function* readRows(text: string, separator: string, firstLine: number): Iterable<Row> {
  const reader: RowReader = { text, separator, faults: new Map() };
  let line = firstLine;
  let begin = 0;
  while (begin < text.length) {
    const { cells, fault, end } = readRow(reader, begin);
    if (fault !== null || cells.some((cell) => cell.trim() !== '')) yield { line, cells, fault };
    line += lineBreaks(text, begin, end);
    begin = end;
  }
}

interface RowReader {
  readonly text: string;
  readonly separator: string;
  /**
   * The faults to which opening quotation marks lead, by the places of these. A row that comes to one of them has the same
   * fault. Without them, a text in which each row with a fault reaches to the end would be read once for each line.
   */
  readonly faults: Map<number, string>;
}

interface ReadRow extends Omit<Row, 'line'> {
  /** Where the next row begins. */
  readonly end: number;
}

function readRow({ text, separator, faults }: RowReader, begin: number): ReadRow {
  const cells: string[] = [];
  const openings: number[] = [];
  const faulty = (fault: string): ReadRow => {
    const end = Math.min(endOfLine(text, begin) + 1, text.length);
    for (const opening of openings) if (opening >= end) faults.set(opening, fault);
    return { cells: [], fault, end };
  };
  let lineEnd = -1;
  for (let at = begin; ; at += 1) {
    const opening = skipBlanks(text, at, separator);
    let cell: Cell | null;
    if (opening > at && text[opening] === '"') {
      // Such a mark may also begin a part of a text. Then it is not closed on its line, or something follows.
      if (lineEnd < at) lineEnd = endOfLine(text, at);
      const quoted = quotedCell(text.slice(0, lineEnd), opening, separator);
      cell = quoted ?? bareCell(text, at, separator);
    } else if (text[at] === '"') {
      const known = faults.get(opening);
      if (known !== undefined) return faulty(known);
      openings.push(opening);
      cell = quotedCell(text, opening, separator);
    } else {
      cell = bareCell(text, at, separator);
    }
    if (cell === null) return faulty(MISPLACED);
    at = cell.end;
    if (at - begin > MAX_ROW) return faulty(ENDLESS);
    if (cells.length < MAX_CELLS) cells.push(cell.content);
    if (text[at] !== separator) return { cells, fault: null, end: at + 1 };
  }
}

interface Cell {
  readonly content: string;
  /** The place of the separator or the line end behind it, or the length of the text. */
  readonly end: number;
}

function bareCell(text: string, begin: number, separator: string): Cell {
  let end = begin;
  while (end < text.length && text[end] !== separator && text[end] !== '\n') end += 1;
  return { content: text.slice(begin, end), end };
}

/** A cell that begins with a quotation mark; null if no separator or line end follows the one that closes it. */
function quotedCell(text: string, opening: number, separator: string): Cell | null {
  let closing = text.indexOf('"', opening + 1);
  while (closing >= 0 && text[closing + 1] === '"') closing = text.indexOf('"', closing + 2);
  if (closing < 0) return null;
  const end = skipBlanks(text, closing + 1, separator);
  if (end < text.length && text[end] !== separator && text[end] !== '\n') return null;
  return { content: text.slice(opening + 1, closing).replaceAll('""', '"'), end };
}

/** The place of the next line end, or the length of the text. */
function endOfLine(text: string, from: number): number {
  const newline = text.indexOf('\n', from);
  return newline < 0 ? text.length : newline;
}

/** The place of the first character that is no white space within a cell. */
function skipBlanks(text: string, begin: number, separator: string): number {
  let at = begin;
  while (at < text.length && text[at] !== separator && text[at] !== '\n' && /\s/u.test(text[at] ?? ''))
    at += 1;
  return at;
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
