import { resolve } from 'node:path';
import type { Store } from '../../ports/store.ts';
import { dialogMethods } from './dialogs.ts';
import { drawWordsMethod } from './draw-words.ts';
import { openDatabase } from './file/open.ts';
import { leaseMethods } from './leases.ts';
import { profileMethods } from './profiles.ts';
import { recordingMethods } from './recordings.ts';
import { surveyMethods } from './survey.ts';
import { wordMethods } from './words.ts';

export interface SqliteOptions {
  /** The data file. It and its folder are created where absent; two files with `-wal` and `-shm` lie beside it. */
  readonly path: string;
  /**
   * How long a call waits for another process that writes, in milliseconds; 5,000 where left out. This process does
   * nothing else meanwhile: a write takes a few milliseconds, so it is only a long one that is felt.
   */
  readonly busyTimeoutMs?: number;
  /** Told the SQL of each statement that reads or writes rows, as it is run; for counting them. */
  readonly onStatement?: (sql: string) => void;
}

/**
 * Opens a store in one SQLite file, which several processes may share.
 * @throws where the file cannot be used, with a message that says why
 */
export async function openSqliteStore({
  path,
  busyTimeoutMs = 5_000,
  onStatement = () => {},
}: SqliteOptions): Promise<Store> {
  const database = await openDatabase(resolve(path), { busyTimeoutMs, onStatement });
  return {
    ...profileMethods(database),
    ...wordMethods(database),
    ...dialogMethods(database),
    ...drawWordsMethod(database),
    ...surveyMethods(database),
    ...leaseMethods(database),
    ...recordingMethods(database),
    async ping() {
      database.rows('SELECT json_array(1)');
    },
    async close() {
      database.close();
    },
  };
}
