import Libsql from 'libsql';
import { StoreUnavailable } from '../../../model/errors.ts';

const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/** Primary result codes of SQLite that can pass by themselves. */
const PASSING_CODES = new Set([
  SQLITE_BUSY,
  6, // SQLITE_LOCKED
  7, // SQLITE_NOMEM
  15, // SQLITE_PROTOCOL
]);

/** Primary result codes that tell of the file or the disk. All others tell of a defect of ours. */
const LASTING_CODES = new Set([
  8, // SQLITE_READONLY
  10, // SQLITE_IOERR
  SQLITE_CORRUPT,
  13, // SQLITE_FULL
  14, // SQLITE_CANTOPEN
  SQLITE_NOTADB,
]);

/** Another process locks the file. Nothing was done. */
export class FileBusy extends StoreUnavailable {}

/** Translates what the driver throws. Errors that have nothing to do with the file stay as they are. */
export function fileFailure(error: unknown): unknown {
  const code = primaryCode(error);
  if (code === SQLITE_BUSY) return new FileBusy(error);
  if (PASSING_CODES.has(code)) return new StoreUnavailable(error);
  return LASTING_CODES.has(code) ? new StoreUnavailable(error, { retryable: false }) : error;
}

/** The store was closed, as it is before a restart. */
export function closedFailure(): StoreUnavailable {
  return new StoreUnavailable(new Error('the store was closed'));
}

/** Whether a failure tells that the file is damaged. */
export function isDamage(failure: unknown): failure is StoreUnavailable {
  if (!(failure instanceof StoreUnavailable)) return false;
  return [SQLITE_CORRUPT, SQLITE_NOTADB].includes(primaryCode(failure.cause));
}

/** SQLite's code for an error of the driver, 0 for every other. The lower byte is the code, the rest its detail. */
function primaryCode(error: unknown): number {
  return error instanceof Libsql.SqliteError ? (error.rawCode ?? 0) & 0xff : 0;
}
