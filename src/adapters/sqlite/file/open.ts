import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CannotStart, StoreUnavailable } from '../../../model/errors.ts';
import { type DatabaseOptions, SqliteDatabase } from './database.ts';
import { FilePlace } from './file-place.ts';
import { migrate } from './schema.ts';
import { checkWritable } from './write-check.ts';

/**
 * Opens a data file, of the present schema when this resolves. The file and its folder are created if they are absent.
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

/** What can pass by itself does not keep the server from starting: it may serve what others let it read. */
function unlessRetryable(error: unknown): void {
  if (!(error instanceof StoreUnavailable && error.retryable)) throw error;
}

function reason(error: unknown): string {
  const inner = error instanceof StoreUnavailable ? error.cause : error;
  return inner instanceof Error ? inner.message : String(inner);
}
