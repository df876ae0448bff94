import Libsql from 'libsql';
import { FairQueue } from '../../../concurrency/fair-queue.ts';
import { missedTurns } from '../../../concurrency/fair-turns.ts';
import { StoreUnavailable } from '../../../model/errors.ts';
import type { Random } from '../../../ports/clock.ts';
import { currentCaller } from '../../../ports/request.ts';
import { type Bind, bindable } from './binds.ts';
import { closedFailure, FileBusy, fileFailure, isDamage } from './failure.ts';
import type { FilePlace } from './file-place.ts';
import { untilFree } from './lock-wait.ts';
import { textOfUtf8 } from './utf8.ts';

export interface DatabaseOptions {
  /** How long a call waits for another process that locks the file, in milliseconds. */
  readonly lockWaitMs: number;
  /** Spreads the attempts of processes that wait for the same lock. */
  readonly random: Random;
  /** Called with the SQL of each statement that reads or writes rows, when it is run. */
  readonly onStatement: (sql: string) => void;
}

interface Prepared {
  readonly sql: string;
  readonly statement: Libsql.Statement<unknown[]>;
}

/** How long `close` waits for other processes before it leaves the write-ahead log to them, in milliseconds. */
const CLOSE_WAIT_MS = 1_000;

/**
 * The one handle on a data file. Everything that is bound or read goes through here. Statements are prepared once.
 *
 * A statement that returns rows returns one column: a JSON list of the row's values, as bytes. If the driver read the values
 * one by one, a text would end at its first NUL, and reading would take longer. The driver also takes longer to read a text
 * than bytes, and aborts the process if the text is not UTF-8.
 */
export class SqliteDatabase {
  readonly #handle: Libsql.Database;
  readonly #statements = new Map<string, Prepared>();
  readonly #options: DatabaseOptions;
  #place: FilePlace | null = null;
  #damage: StoreUnavailable | null = null;
  #closing: Promise<void> | null = null;
  readonly #writes = new FairQueue(() => 1);
  /** Resolves when the event loop has had the turns that the last transaction took. */
  #rested: Promise<void> = Promise.resolve();

  constructor(path: string, options: DatabaseOptions) {
    this.#options = options;
    // The driver would wait for a lock synchronously and block the process.
    this.#handle = opened(path, { timeout: 0 });
  }

  /** From now on, every call fails while the file is not in this place. */
  stayIn(place: FilePlace): void {
    this.#place = place;
  }

  /** The failure of the first statement that found the file damaged, or null. */
  get damage(): StoreUnavailable | null {
    return this.#damage;
  }

  /**
   * Runs a SELECT and returns its rows in their order. Called within `read` or `write`. SQLite joins all rows into one
   * text, which takes less time than to read and parse each row on its own.
   */
  rows(sql: string, binds: readonly Bind[] = []): unknown[][] {
    const joinedSql = () =>
      `WITH rows (row) AS (${sql}) SELECT CAST('[' || group_concat(row) || ']' AS BLOB) FROM rows`;
    const row = this.#guarded(() => this.#prepared(sql, joinedSql).get(binds.map(bindable)));
    const joined = firstOf(row);
    return joined === null ? [] : listOf(joined).map(listIn);
  }

  /**
   * Runs a statement that writes, and returns the rows that it has inserted, changed or deleted. Called within `write`.
   * @param row an SQL expression of such a row: a JSON list
   */
  returned(sql: string, row: string, binds: readonly Bind[]): unknown[][] {
    const returning = `${sql} RETURNING CAST(${row} AS BLOB)`;
    const rows = this.#guarded(() => this.#prepared(returning, () => returning).all(binds.map(bindable)));
    return rows.map((written) => listOf(firstOf(written)));
  }

  /** Runs a statement that returns no rows. Called within `write`. */
  run(sql: string, binds: readonly Bind[]): void {
    this.#guarded(() => this.#prepared(sql, () => sql).run(binds.map(bindable)));
  }

  /** Runs one or more statements that bind nothing and return nothing. Called within `read` or `write`. */
  execute(sql: string): void {
    this.#guarded(() => this.#handle.exec(sql));
  }

  /**
   * Runs `work`, which only reads. If another process locks the file, `work` is repeated until `lockWaitMs` has passed.
   *
   * The methods that most requests call return this promise as it is. An async function around it would make two more, and on
   * Node 20, `AsyncLocalStorage` takes time for each promise.
   */
  read<Result>(work: () => Result): Promise<Result> {
    return this.#untilFree(this.#deadline(), () => {
      this.#assertOpen();
      this.#place?.assertHeldLately();
      return work();
    });
  }

  /**
   * Runs `work` in a transaction. If it throws, the transaction is rolled back. When the promise resolves, the
   * transaction is durable. The writes of this process run one after the other, each in a turn of the event loop of its
   * own: those of a caller in the order of the calls, and callers take turns. If another process locks the file, `work`
   * starts when the file is free.
   *
   * A single statement needs a transaction too: this driver does not reset a statement that failed because the file was
   * busy, and such a statement blocks all later commits.
   */
  write<Result>(work: () => Result): Promise<Result> {
    const deadline = this.#deadline();
    return this.#writes.run(currentCaller(), async () => {
      await this.#rested;
      return this.#untilFree(deadline, () => this.#transaction(work));
    });
  }

  /**
   * Copies the write-ahead log into the file, as far as other processes allow. After a complete copy, the log is
   * written from its beginning again.
   * @param mode TRUNCATE also empties the log. It throws FileBusy if another process is reading or writing
   */
  checkpoint(mode: 'PASSIVE' | 'TRUNCATE'): void {
    this.#guarded(() => checkpoint(this.#handle, mode));
  }

  /**
   * Refuses further calls, also those that wait, and closes the file after the running write. The file is then complete
   * without its log, unless another process still uses it. In that case the last process that closes the file completes it.
   */
  close(): Promise<void> {
    this.#closing ??= this.#writes.run([], () => this.#close());
    return this.#closing;
  }

  async #close(): Promise<void> {
    try {
      const { random } = this.#options;
      const deadline = performance.now() + CLOSE_WAIT_MS;
      await untilFree(() => checkpoint(this.#handle, 'TRUNCATE'), { deadline, random });
    } catch {
      // The log is durable too. The next process that opens the file reads it.
    }
    this.#statements.clear();
    this.#handle.close();
  }

  #transaction<Result>(work: () => Result): Result {
    this.#assertOpen();
    this.#place?.assertHeld();
    const began = performance.now();
    this.execute('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.execute('COMMIT');
      return result;
    } catch (error) {
      if (this.#handle.inTransaction) this.execute('ROLLBACK');
      throw error;
    } finally {
      this.#rested = missedTurns(performance.now() - began);
    }
  }

  #deadline(): number {
    return performance.now() + this.#options.lockWaitMs;
  }

  #untilFree<Result>(deadline: number, attempt: () => Result): Promise<Result> {
    return untilFree(attempt, { deadline, random: this.#options.random });
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

  /** Comes before the check of the place: closing deletes the log, which would count as a file that was deleted. */
  #assertOpen(): void {
    if (this.#closing !== null) throw closedFailure();
  }

  #guarded<Result>(call: () => Result): Result {
    // In this driver, the statements of a closed handle still work.
    this.#assertOpen();
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
    // The driver's message does not say what is wrong.
    throw new StoreUnavailable(new Error('it cannot be opened for writing', { cause: error }), {
      retryable: false,
    });
  }
}

function checkpoint(handle: Libsql.Database, mode: 'PASSIVE' | 'TRUNCATE'): void {
  const [row] = handle.prepare(`PRAGMA wal_checkpoint(${mode})`).raw().all();
  if (mode === 'TRUNCATE' && Array.isArray(row) && row[0] !== 0) throw new FileBusy('the log is in use');
}

/** The only column of a row. */
function firstOf(row: unknown): unknown {
  return Array.isArray(row) ? row[0] : undefined;
}

function listOf(json: unknown): unknown[] {
  return listIn(Buffer.isBuffer(json) ? JSON.parse(textOfUtf8(json)) : undefined);
}

function listIn(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw new TypeError('a row is not a JSON list');
}
