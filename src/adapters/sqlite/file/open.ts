import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { CannotStart, StoreUnavailable } from '../../../model/errors.ts';
import { type DatabaseOptions, isBusy, SqliteDatabase } from './database.ts';
import { migrate } from './schema.ts';

const WAL_ATTEMPTS = 200;
const WAL_PAUSE_MS = 25;

/**
 * Opens a data file, of the present schema when this resolves. The file and its folder are created where absent.
 * @throws {CannotStart} where the file cannot be used, with a message that says why
 */
export async function openDatabase(path: string, options: DatabaseOptions): Promise<SqliteDatabase> {
  try {
    await mkdir(dirname(path), { recursive: true });
    const database = new SqliteDatabase(path, options);
    try {
      await turnToWal(database);
      database.execute('PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
      migrate(database);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    throw new CannotStart(`The data file ${path} cannot be opened: ${reason(error)}`, { cause: error });
  }
}

/** Of several processes that turn a fresh file to WAL, some are told that it is busy without having waited. */
async function turnToWal(database: SqliteDatabase): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return database.execute('PRAGMA journal_mode = WAL');
    } catch (error) {
      if (!isBusy(error) || attempt === WAL_ATTEMPTS) throw error;
    }
    await setTimeout(WAL_PAUSE_MS);
  }
}

function reason(error: unknown): string {
  const inner = error instanceof StoreUnavailable ? error.cause : error;
  return inner instanceof Error ? inner.message : String(inner);
}
