import Libsql from 'libsql';
import { StoreUnavailable } from '../../../model/errors.ts';

/** What may be bound to a statement. Booleans, dates and objects would abort the whole process in the driver. */
export type Bind = string | number | null;

export interface DatabaseOptions {
  /** How long a statement, and the whole process with it, waits for another process that writes; milliseconds. */
  readonly busyTimeoutMs: number;
  /** Told the SQL of each statement that reads or writes rows, as it is run. */
  readonly onStatement: (sql: string) => void;
}

const SQLITE_BUSY = 5;

/** Primary result codes of SQLite that tell of the file or the machine; all others tell of a defect of ours. */
const UNAVAILABLE_CODES = new Set([
  SQLITE_BUSY,
  6, // SQLITE_LOCKED
  7, // SQLITE_NOMEM
  8, // SQLITE_READONLY
  10, // SQLITE_IOERR
  11, // SQLITE_CORRUPT
  13, // SQLITE_FULL
  14, // SQLITE_CANTOPEN
  15, // SQLITE_PROTOCOL
  26, // SQLITE_NOTADB
]);

/**
 * The one handle on a data file; everything that is bound or read goes through here. Statements are prepared once.
 *
 * A statement that returns rows returns one column, made by `json_array`. Read column by column, a text would end
 * at its first NUL, and each value would cross from the driver on its own, which takes longer than parsing them.
 */
export class SqliteDatabase {
  readonly #handle: Libsql.Database;
  readonly #statements = new Map<string, Libsql.Statement<unknown[]>>();
  readonly #onStatement: (sql: string) => void;

  constructor(path: string, { busyTimeoutMs, onStatement }: DatabaseOptions) {
    this.#onStatement = onStatement;
    this.#handle = new Libsql(path, { timeout: busyTimeoutMs });
  }

  /** Runs a statement that returns rows, to its end. */
  rows(sql: string, binds: readonly Bind[] = []): unknown[][] {
    return this.#guarded(() => this.#prepared(sql).all(binds.map(bindable)).map(jsonRow));
  }

  /** Runs a statement that returns no rows. */
  run(sql: string, binds: readonly Bind[]): void {
    this.#guarded(() => this.#prepared(sql).run(binds.map(bindable)));
  }

  /** Runs one or more statements that bind nothing and return nothing. */
  execute(sql: string): void {
    this.#guarded(() => this.#handle.exec(sql));
  }

  /**
   * Runs `work` in a transaction; nothing of it is kept where it throws, and all is durable when this returns.
   *
   * A single statement needs one too: in this driver, a statement that found the file busy on its own is not reset,
   * and keeps every later one from being committed.
   */
  write<Result>(work: () => Result): Result {
    this.execute('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.execute('COMMIT');
      return result;
    } catch (error) {
      if (this.#handle.inTransaction) this.execute('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    if (!this.#handle.open) return;
    this.#statements.clear();
    this.#handle.close();
  }

  #prepared(sql: string): Libsql.Statement<unknown[]> {
    this.#onStatement(sql);
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#handle.prepare(sql);
      if (statement.reader) statement.raw();
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #guarded<Result>(call: () => Result): Result {
    // The driver goes on answering through statements of a closed handle.
    if (!this.#handle.open) throw new StoreUnavailable(new Error('the store was closed'));
    try {
      return call();
    } catch (error) {
      throw UNAVAILABLE_CODES.has(primaryCode(error)) ? new StoreUnavailable(error) : error;
    }
  }
}

/** Whether another process kept the file busy. */
export function isBusy(error: unknown): boolean {
  return error instanceof StoreUnavailable && primaryCode(error.cause) === SQLITE_BUSY;
}

/** SQLite's code for an error of the driver, 0 for every other. The lower byte is the code, the rest its detail. */
function primaryCode(error: unknown): number {
  return error instanceof Libsql.SqliteError ? (error.rawCode ?? 0) & 0xff : 0;
}

const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * A text with a lone surrogate cannot be stored, so no stored text equals it: it is bound as NULL, which equals
 * nothing either. Within the lists of `listed` the driver would abort the process when it is read.
 */
function bindable(value: Bind): Bind {
  if (typeof value === 'string') return LONE_SURROGATE.test(value) ? null : value;
  if (value === null || (typeof value === 'number' && Number.isFinite(value))) return value;
  throw new TypeError(`cannot bind ${typeof value} ${String(value)}`);
}

/** Many values as one, for `json_each(?)`; rows of values are lists in the list. */
export function listed(values: readonly (Bind | readonly Bind[])[]): string {
  return JSON.stringify(
    values.map((value) =>
      typeof value === 'object' && value !== null ? value.map(bindable) : bindable(value),
    ),
  );
}

/** A text as it can be kept, and as a place in the order of texts: the replacement character for what is not Unicode. */
export function keepable(text: string | null): string | null {
  return text === null ? null : text.replaceAll(/\p{Surrogate}/gu, '\ufffd');
}

function jsonRow(row: unknown): unknown[] {
  const json: unknown = Array.isArray(row) ? row[0] : undefined;
  const values: unknown = typeof json === 'string' ? JSON.parse(json) : undefined;
  if (Array.isArray(values)) return values;
  throw new TypeError('a row is not one JSON list');
}
