import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CannotStart, StoreUnavailable } from '../../model/errors.ts';
import { type DatabaseOptions, SqliteDatabase } from './file/database.ts';
import { FilePlace } from './file/file-place.ts';
import { migrate } from './file/schema.ts';
import { checkWritable } from './write-check.ts';

/**
 * Opens a data file and migrates it to the current schema. Creates the file and its folder if they do not exist.
 * @throws {CannotStart} if the file cannot be used, with a message that says why
 */
export async function openDatabase(path: string, options: DatabaseOptions): Promise<SqliteDatabase> {
  try {
    await mkdir(dirname(path), { recursive: true });
    const database = new SqliteDatabase(path, options);
    try {
      await database.read(() =>
        database.execute('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON'),
      );
      await migrate(database);
      database.stayIn(new FilePlace(path));
      await checkWritable(database).catch(unlessRetryable);
      return database;
    } catch (error) {
      await database.close();
      throw error;
    }
  } catch (error) {
    throw new CannotStart(`The data file ${path} cannot be opened: ${reason(error)}`, { cause: error });
  }
}

/** A retryable failure does not stop the server from starting, since it can serve reads. */
function unlessRetryable(error: unknown): void {
  if (!(error instanceof StoreUnavailable && error.retryable)) throw error;
}

function reason(error: unknown): string {
  const inner = error instanceof StoreUnavailable ? error.cause : error;
  return inner instanceof Error ? inner.message : String(inner);
}
