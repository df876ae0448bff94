import type { Page, PageRequest } from '../../../model/page.ts';
import type { Bind } from './binds.ts';
import type { SqliteDatabase } from './database.ts';

/** A time before the earliest possible `Date`, in milliseconds. */
const BEFORE_ALL_TIME = -8_640_000_000_000_001;

/** The table, columns and conditions of a page. */
export interface PageSource {
  readonly table: 'profiles' | 'words' | 'dialogs';
  /** The columns to read, as one JSON list. */
  readonly row: string;
  /**
   * The page contains the rows that meet one of these conditions. A row may meet at most one. Each condition has an
   * index in the order of pages, and SQLite merges them, so every page costs the same. Their binds start at `?4`.
   */
  readonly conditions: readonly string[];
}

/** Reads a page, oldest first. Rows of the same millisecond are in the order of their ids. */
export function readPage<Node>(
  database: SqliteDatabase,
  { table, row, conditions }: PageSource,
  binds: readonly Bind[],
  { first, after }: PageRequest,
  parse: (row: readonly unknown[]) => Node,
): Promise<Page<Node>> {
  const selects = conditions.map(
    (condition) =>
      `SELECT ${row} AS row, created_at, id FROM ${table} WHERE ${condition} AND (created_at, id) > (?1, ?2)`,
  );
  const sql = `SELECT row FROM (${selects.join(' UNION ALL ')} ORDER BY created_at, id LIMIT ?3)`;
  const position = [after?.createdAt.getTime() ?? BEFORE_ALL_TIME, after?.id ?? ''];
  return database.read(() => {
    if (conditions.length === 0) return { nodes: [], hasNextPage: false };
    const rows = database.rows(sql, [...position, first + 1, ...binds]);
    return { nodes: rows.slice(0, first).map(parse), hasNextPage: rows.length > first };
  });
}
