import Libsql from 'libsql';
import { StoreUnavailable } from '../../../model/errors.ts';

const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/** Primary result codes of SQLite for failures after which trying again can succeed. */
const RETRYABLE_CODES = new Set([
  SQLITE_BUSY,
  6, // SQLITE_LOCKED
  7, // SQLITE_NOMEM
  15, // SQLITE_PROTOCOL
]);

/** Primary result codes for faults of the file or the disk. All other codes mean a defect in this program. */
const LASTING_CODES = new Set([
  8, // SQLITE_READONLY
  10, // SQLITE_IOERR
  SQLITE_CORRUPT,
  13, // SQLITE_FULL
  14, // SQLITE_CANTOPEN
  SQLITE_NOTADB,
]);

/** Another process locks the file. Nothing was changed. */
export class FileBusy extends StoreUnavailable {}

/** Translates an error of the driver. Errors that are not about the file or the disk are returned unchanged. */
export function fileFailure(error: unknown): unknown {
  const code = primaryCode(error);
  if (code === SQLITE_BUSY) return new FileBusy(error);
  if (RETRYABLE_CODES.has(code)) return new StoreUnavailable(error);
  return LASTING_CODES.has(code) ? new StoreUnavailable(error, { retryable: false }) : error;
}

/** For a call after the store was closed. It is retryable: a server closes its store when it restarts. */
export function closedFailure(): StoreUnavailable {
  return new StoreUnavailable(new Error('the store was closed'));
}

/** Whether a failure means that the file is damaged. */
export function isDamage(failure: unknown): failure is StoreUnavailable {
  if (!(failure instanceof StoreUnavailable)) return false;
  return [SQLITE_CORRUPT, SQLITE_NOTADB].includes(primaryCode(failure.cause));
}

/** SQLite's primary result code, which is the lower byte of its extended code; 0 if the error is not the driver's. */
function primaryCode(error: unknown): number {
  return error instanceof Libsql.SqliteError ? (error.rawCode ?? 0) & 0xff : 0;
}
