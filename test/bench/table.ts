/** A table of figures; a file below `tables/` exports one as `name` and `run`. */
export interface Table {
  /** By which it is chosen on the command line. */
  readonly name: string;
  run(): Promise<Report>;
}

/** What a run came to. */
export interface Report {
  /** What was measured, in a line. */
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  /** What a reader must know beside it. */
  readonly notes?: readonly string[];
}

/** The report in Markdown, its columns aligned for a terminal; numbers to the right. */
export function markdown({ title, columns, rows, notes = [] }: Report): string {
  const cells = rows.map((row) =>
    row.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en') : cell)),
  );
  const widths = columns.map((column, i) =>
    Math.max(column.length, ...cells.map((row) => row[i]?.length ?? 0)),
  );
  const isNumeric = columns.map((_, i) => rows.every((row) => typeof row[i] === 'number'));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, i) => (isNumeric[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0))).join(' | ')} |`;
  const rule = widths.map((width, i) => (isNumeric[i] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  return [
    `### ${title}`,
    '',
    ...[columns, rule, ...cells].map(line),
    '',
    ...notes.flatMap((note) => [note, '']),
  ].join('\n');
}
