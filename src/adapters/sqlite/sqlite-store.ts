import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { StoreUnavailable } from '../../model/errors.ts';
import type { Store } from '../../pool/ports/store.ts';
import { SqliteDatabase } from './database.ts';
import { dialogMethods } from './dialogs.ts';
import { leaseMethods } from './leases.ts';
import { profileMethods } from './profiles.ts';
import { migrate } from './schema.ts';
import { topUpMethods } from './top-up.ts';
import { voicingMethods } from './voicing.ts';
import { wordMethods } from './words.ts';

export interface SqliteOptions {
  /** The data file. It and its folder are created where absent; two files with `-wal` and `-shm` lie beside it. */
  readonly path: string;
  /** Told the SQL of each statement that reads or writes rows, as it is run; for counting them. */
  readonly onStatement?: (sql: string) => void;
}

/**
 * Opens a store in one SQLite file, which several processes may share.
 * @throws where the file cannot be used, with a message that says why
 */
export async function openSqliteStore({ path, onStatement = () => {} }: SqliteOptions): Promise<Store> {
  const database = await open(resolve(path), onStatement);
  return {
    ...profileMethods(database),
    ...wordMethods(database),
    ...dialogMethods(database),
    ...topUpMethods(database),
    ...leaseMethods(database),
    ...voicingMethods(database),
    async ping() {
      database.rows('SELECT json_array(1)');
    },
    async close() {
      database.close();
    },
  };
}

async function open(path: string, onStatement: (sql: string) => void): Promise<SqliteDatabase> {
  try {
    await mkdir(dirname(path), { recursive: true });
    const database = new SqliteDatabase(path, onStatement);
    try {
      database.execute('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
      migrate(database);
    } catch (error) {
      database.close();
      throw error;
    }
    return database;
  } catch (error) {
    throw new Error(`The data file ${path} cannot be opened: ${reason(error)}`, { cause: error });
  }
}

function reason(error: unknown): string {
  const inner = error instanceof StoreUnavailable ? error.cause : error;
  return inner instanceof Error ? inner.message : String(inner);
}
