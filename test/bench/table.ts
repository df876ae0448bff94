/** A table of figures. Each file in `tables/` exports one as `name` and `run`. */
export interface Table {
  /** The name on the command line. */
  readonly name: string;
  run(): Promise<Report>;
}

/** The result of a run. */
export interface Report {
  /** What was measured, in one line. */
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  /** Printed below the table. */
  readonly notes?: readonly string[];
}

/** The report as Markdown, aligned for a terminal, with numbers on the right. */
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
