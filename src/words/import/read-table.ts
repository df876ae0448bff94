import { BadUserInput } from '../../model/errors.ts';
import { type AnkiHeader, readAnkiHeader } from './anki-header.ts';
import { type Columns, headerColumns, namedColumns, unnamedColumns } from './columns.ts';
import type { ReadEntry } from './imported-word.ts';
import { type RowReading, readRow } from './read-row.ts';
import { csvSeparator, type Row, readRows } from './rows.ts';

/** The most lines of an import. */
const MAX_LINES = 20_000;

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** A first line that tells Excel the separator. */
const SEPARATOR_LINE = /^"?sep=([,;|\t])"?(?:\n|$)/i;

/** A table with one word in each row. */
export interface WordTable {
  readonly text: string;
  readonly format: 'CSV' | 'TSV';
  /** The names of the columns. If they are null, the first row may name them. */
  readonly columns: readonly string[] | null;
}

/**
 * Reads a table: finds its columns, and has each row turned into a word by `readRow`. Blank lines are no entries.
 *
 * The rows are read and checked while the result is iterated.
 * @throws {BadUserInput} if there are too many lines, or no column is known to be the text
 */
export function readTable({ text, format, columns }: WordTable, now: Date): Iterable<ReadEntry> {
  // Counted first: replacing a million of them would take long.
  const count = lineCount(text);
  if (count > MAX_LINES) {
    throw new BadUserInput(
      'input.text',
      `must have at most ${MAX_LINES} lines, and has ${count}; import the rest by another call`,
    );
  }
  const lines = text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  if (lines.includes('\0')) {
    throw new BadUserInput('input.text', 'is not text in UTF-8; save the file as CSV or TSV in UTF-8');
  }
  const [separatorLine = '', stated] = SEPARATOR_LINE.exec(lines) ?? [];
  const header = readAnkiHeader(lines.slice(separatorLine.length));
  const separator = stated ?? header.separator ?? (format === 'TSV' ? '\t' : csvSeparator(header.rows));
  const firstLine = 1 + (separatorLine === '' ? 0 : 1) + header.lines;
  return entriesOf(readRows(header.rows, separator, firstLine), {
    columns: givenColumns(columns, header, separator),
    unnamed: unnamedColumns(header.passedOver),
    isHtml: header.isHtml,
    now,
  });
}

/** How many lines there are, which `\n`, `\r` or both end. What follows the last line end is no line if it is empty. */
function lineCount(text: string): number {
  let count = 1;
  for (let i = 0; i < text.length - 1; i += 1) {
    const code = text.charCodeAt(i);
    if (code === LINE_FEED || (code === CARRIAGE_RETURN && text.charCodeAt(i + 1) !== LINE_FEED)) count += 1;
  }
  return count;
}

/**
 * The columns that the caller or Anki's header names; null if the first row may name them. A text export of Anki, which
 * names its separator, has no such row: its first row is a note.
 */
function givenColumns(
  names: readonly string[] | null,
  header: AnkiHeader,
  separator: string,
): Columns | null {
  if (names !== null) {
    const columns = namedColumns(names);
    if (columns === null) throw new BadUserInput('input.columns', 'must name the column "text"');
    return columns;
  }
  if (header.separator === null && header.columns === null) return null;
  const [row] = header.columns === null ? [] : readRows(header.columns, separator, 1);
  return (row && namedColumns(row.cells)) ?? unnamedColumns(header.passedOver);
}

interface Setting extends RowReading {
  /** The columns; null if the first row may name them. */
  readonly columns: Columns | null;
  /** The columns if no row names them. */
  readonly unnamed: Columns;
}

function* entriesOf(rows: Iterable<Row>, setting: Setting): Iterable<ReadEntry> {
  let { columns } = setting;
  for (const row of rows) {
    if (columns === null) {
      const named = headerColumns(row.cells);
      columns = named ?? setting.unnamed;
      if (named !== null) continue;
    }
    yield readRow(row, columns, setting);
  }
}
