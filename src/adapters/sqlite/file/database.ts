import { setImmediate } from 'node:timers/promises';
import Libsql from 'libsql';
import { StoreUnavailable } from '../../../model/errors.ts';
import type { Random } from '../../../ports/clock.ts';
import { closedFailure, FileBusy, fileFailure, isDamage } from './failure.ts';
import type { FilePlace } from './file-place.ts';
import { untilFree } from './lock-wait.ts';

/** What may be bound to a statement. Booleans, dates and objects would abort the whole process in the driver. */
export type Bind = string | number | null;

export interface DatabaseOptions {
  /** How long a call waits for another process that locks the file, in milliseconds. */
  readonly lockWaitMs: number;
  /** Spreads the attempts of processes that wait for the same lock. */
  readonly random: Random;
  /** Told the SQL of each statement that reads or writes rows, as it is run. */
  readonly onStatement: (sql: string) => void;
}

interface Prepared {
  readonly sql: string;
  readonly statement: Libsql.Statement<unknown[]>;
}

/** How long closing waits for other processes before it leaves the log to them, in milliseconds. */
const CLOSE_WAIT_MS = 1_000;

/**
 * The one handle on a data file. Everything that is bound or read goes through here. Statements are prepared once.
 *
 * A statement that returns rows returns one column: a JSON list of the row's values. If the driver read the values one
 * by one, a text would end at its first NUL, and reading would take longer.
 */
export class SqliteDatabase {
  readonly #handle: Libsql.Database;
  readonly #statements = new Map<string, Prepared>();
  readonly #options: DatabaseOptions;
  #place: FilePlace | null = null;
  #damage: StoreUnavailable | null = null;
  #closing: Promise<void> | null = null;
  /** Resolves when every write that was asked for has ended. */
  #lastWrite: Promise<void> = Promise.resolve();

  constructor(path: string, options: DatabaseOptions) {
    this.#options = options;
    // The driver's own wait for a lock is synchronous: the whole process would stand still.
    this.#handle = opened(path, { timeout: 0 });
  }

  /** From now on, every call is refused while the file is not in this place. */
  stayIn(place: FilePlace): void {
    this.#place = place;
  }

  /** The failure of the first statement that found the file damaged; null if none has. */
  get damage(): StoreUnavailable | null {
    return this.#damage;
  }

  /**
   * Runs a SELECT and returns its rows in their order. Called within `read` or `write`. SQLite joins all rows into one
   * text, which takes less time than to read and parse each row on its own.
   */
  rows(sql: string, binds: readonly Bind[] = []): unknown[][] {
    const joinedSql = () => `WITH rows (row) AS (${sql}) SELECT '[' || group_concat(row) || ']' FROM rows`;
    const [joined] = this.#all(sql, joinedSql, binds);
    return joined === null ? [] : listOf(joined).map(listIn);
  }

  /** Runs a statement that writes, and returns the rows of its RETURNING clause. Called within `write`. */
  returned(sql: string, binds: readonly Bind[]): unknown[][] {
    return this.#all(sql, () => sql, binds).map(listOf);
  }

  /** Runs a statement that returns no rows. Called within `write`. */
  run(sql: string, binds: readonly Bind[]): void {
    this.#guarded(() => this.#prepared(sql, () => sql).run(binds.map(bindable)));
  }

  /** Runs one or more statements that bind nothing and return nothing. Called within `read` or `write`. */
  execute(sql: string): void {
    this.#guarded(() => this.#handle.exec(sql));
  }

  /** Runs `work`, which only reads. If another process locks the file, `work` is run again until the time is up. */
  async read<Result>(work: () => Result): Promise<Result> {
    return this.#untilFree(this.#deadline(), () => {
      this.#place?.assertHeldLately();
      return work();
    });
  }

  /**
   * Runs `work` in a transaction. Nothing of it is kept if it throws; everything is durable when the promise resolves.
   * The writes of this process run one after the other, in the order in which they were asked for, and other work of
   * the process gets its turn in between. If another process locks the file, `work` is not begun until the file is free.
   *
   * A single statement needs a transaction too: in this driver, a statement that found the file busy on its own is not
   * reset, and keeps every later one from being committed.
   */
  write<Result>(work: () => Result): Promise<Result> {
    const deadline = this.#deadline();
    const writing = this.#lastWrite.then(() => this.#untilFree(deadline, () => this.#transaction(work)));
    const next = () => setImmediate();
    this.#lastWrite = writing.then(next, next);
    return writing;
  }

  /**
   * Moves what is in the log into the file, as far as other processes allow, so that the log is written from its
   * beginning again.
   * @param mode TRUNCATE leaves an empty log, and is FileBusy if another process is reading or writing
   */
  checkpoint(mode: 'PASSIVE' | 'TRUNCATE'): void {
    this.#guarded(() => checkpoint(this.#handle, mode));
  }

  /**
   * Refuses further calls and closes the file after the write that is running. The file is whole without its log then,
   * unless another process is still using it: the last one that closes leaves it so.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#lastWrite;
    try {
      const { random } = this.#options;
      const deadline = performance.now() + CLOSE_WAIT_MS;
      await untilFree(() => checkpoint(this.#handle, 'TRUNCATE'), { deadline, random });
    } catch {
      // What is in the log is durable all the same, and is read from there.
    }
    this.#statements.clear();
    this.#handle.close();
  }

  #transaction<Result>(work: () => Result): Result {
    this.#place?.assertHeld();
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

  #deadline(): number {
    return performance.now() + this.#options.lockWaitMs;
  }

  #untilFree<Result>(deadline: number, attempt: () => Result): Promise<Result> {
    return untilFree(attempt, { deadline, random: this.#options.random });
  }

  /** The first column of each row. */
  #all(key: string, sql: () => string, binds: readonly Bind[]): unknown[] {
    const rows = this.#guarded(() => this.#prepared(key, sql).all(binds.map(bindable)));
    return rows.map((row) => (Array.isArray(row) ? row[0] : undefined));
  }

  /** @param key what the statement is remembered by */
  #prepared(key: string, sql: () => string): Libsql.Statement<unknown[]> {
    let prepared = this.#statements.get(key);
    if (prepared === undefined) {
      prepared = { sql: sql(), statement: this.#handle.prepare(sql()) };
      if (prepared.statement.reader) prepared.statement.raw();
      this.#statements.set(key, prepared);
    }
    this.#options.onStatement(prepared.sql);
    return prepared.statement;
  }

  #guarded<Result>(call: () => Result): Result {
    // The driver goes on answering through statements of a closed handle.
    if (this.#closing !== null) throw closedFailure();
    try {
      return call();
    } catch (error) {
      const failure = fileFailure(error);
      if (isDamage(failure)) this.#damage ??= failure;
      throw failure;
    }
  }
}

function opened(path: string, options: Libsql.Options): Libsql.Database {
  try {
    return new Libsql(path, options);
  } catch (error) {
    // The driver's own message is not for people.
    throw new StoreUnavailable(new Error('it cannot be opened for writing', { cause: error }), {
      retryable: false,
    });
  }
}

function checkpoint(handle: Libsql.Database, mode: 'PASSIVE' | 'TRUNCATE'): void {
  const [row] = handle.prepare(`PRAGMA wal_checkpoint(${mode})`).raw().all();
  if (mode === 'TRUNCATE' && Array.isArray(row) && row[0] !== 0) throw new FileBusy('the log is in use');
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

function listOf(json: unknown): unknown[] {
  return listIn(typeof json === 'string' ? JSON.parse(json) : undefined);
}

function listIn(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw new TypeError('a row is not a JSON list');
}
