import type { Page, PageRequest } from '../../../model/page.ts';
import type { Bind, SqliteDatabase } from './database.ts';

/** A time before every date that there is, in milliseconds. */
const BEFORE_ALL_TIME = -8_640_000_000_000_001;

/** What a page is read from. */
export interface PageSource {
  readonly table: 'profiles' | 'words' | 'dialogs';
  /** The columns to read. */
  readonly row: string;
  /**
   * Conditions of which each row meets at most one. Each has an index that is in the order of pages, and they are
   * merged as they are read, so a page costs the same wherever it lies. They bind from `?4` on.
   */
  readonly conditions: readonly string[];
}

/** Reads a page, oldest first and by id where two are of the same millisecond. */
export async function readPage<Node>(
  database: SqliteDatabase,
  { table, row, conditions }: PageSource,
  binds: readonly Bind[],
  { first, after }: PageRequest,
  parse: (row: readonly unknown[]) => Node,
): Promise<Page<Node>> {
  if (conditions.length === 0) return { nodes: [], hasNextPage: false };
  const selects = conditions.map(
    (condition) =>
      `SELECT ${row} AS row, created_at, id FROM ${table} WHERE ${condition} AND (created_at, id) > (?1, ?2)`,
  );
  const sql = `SELECT row FROM (${selects.join(' UNION ALL ')} ORDER BY created_at, id LIMIT ?3)`;
  const rows = await database.read(() =>
    database.rows(sql, [after?.createdAt.getTime() ?? BEFORE_ALL_TIME, after?.id ?? '', first + 1, ...binds]),
  );
  return { nodes: rows.slice(0, first).map(parse), hasNextPage: rows.length > first };
}
