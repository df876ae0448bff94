import Papa from 'papaparse';
import { withFormulaGuard } from '../formula-guard.ts';
import { EXPORT_COLUMNS, type ExportedWord } from './export-columns.ts';

/** How words are written as text. */
export interface ExportFormat {
  readonly contentType: string;
  /** Whether the text says what was learned about the learner. */
  readonly hasLearning: boolean;
  /**
   * The text before the first word.
   * @param learning what was learned about the learner, if the format has it; null before the first review
   */
  readonly begin: (learning: object | null) => string;
  readonly row: (word: ExportedWord) => string;
  /** The text between two words. */
  readonly between: string;
  /** The text after the last word. */
  readonly end: string;
}

const NAMES = EXPORT_COLUMNS.map(({ name }) => name);

/** The formats by the extensions of their files. */
export const EXPORT_FORMATS: ReadonlyMap<string, ExportFormat> = new Map([
  ['csv', table({ contentType: 'text/csv; charset=utf-8; header=present', separator: ',', newline: '\r\n' })],
  ['tsv', table({ contentType: 'text/tab-separated-values; charset=utf-8', separator: '\t', newline: '\n' })],
  ['json', json()],
]);

interface TableOptions {
  readonly contentType: string;
  readonly separator: ',' | '\t';
  readonly newline: string;
}

/**
 * A table as in RFC 4180. No cell is a formula for a spreadsheet. A CSV begins with a byte order mark, without which Excel
 * does not read UTF-8, and with a row of names. A TSV begins with the lines from which Anki learns the same.
 */
function table({ contentType, separator, newline }: TableOptions): ExportFormat {
  const rowOf = (cells: readonly string[]): string => {
    // Anki takes a row that begins with `#` for a comment.
    const quotes = (cell: string): boolean => cell.startsWith('#');
    return Papa.unparse([[...cells]], { delimiter: separator, newline, quotes }) + newline;
  };
  const names = NAMES.join(separator);
  const begin =
    separator === ',' ? `\ufeff${names}${newline}` : `#separator:tab\n#html:false\n#columns:${names}\n`;
  return {
    contentType,
    hasLearning: false,
    begin: () => begin,
    row: (word) => rowOf(EXPORT_COLUMNS.map(({ value }) => withFormulaGuard(String(value(word) ?? '')))),
    between: '',
    end: '',
  };
}

/** An object with what was learned about the learner, and with a list of words: objects with a field for each column. */
function json(): ExportFormat {
  return {
    contentType: 'application/json',
    hasLearning: true,
    begin: (learning) => `{"learning":${JSON.stringify(learning)},\n"words":[\n`,
    row: (word) =>
      JSON.stringify(Object.fromEntries(EXPORT_COLUMNS.map(({ name, value }) => [name, value(word)]))),
    between: ',\n',
    end: '\n]}\n',
  };
}
