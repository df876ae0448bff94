import { resolve } from 'node:path';
import type { Random } from '../../ports/clock.ts';
import type { Store } from '../../ports/store.ts';
import { changeMethods } from './change-marks.ts';
import { dialogMethods } from './dialogs.ts';
import { drawWordsMethod } from './draw-words.ts';
import { leaseMethods } from './leases.ts';
import { openDatabase } from './open-database.ts';
import { paidCallMethods } from './paid-calls.ts';
import { profileMethods } from './profiles.ts';
import { promptMethods } from './prompts.ts';
import { recordingMethods } from './recordings.ts';
import { reviewMethods } from './reviews.ts';
import { surveyMethods } from './survey.ts';
import { topUpMethods } from './top-ups.ts';
import { wordMethods } from './words.ts';
import { checkWritable } from './write-check.ts';

export interface SqliteOptions {
  /** The data file. It and its folder are created if they do not exist. SQLite keeps `-wal` and `-shm` files beside it. */
  readonly path: string;
  /**
   * How long a call waits for another process that locks the file, in milliseconds; 5,000 if left out. The event loop
   * is not blocked.
   */
  readonly lockWaitMs?: number;
  /** Spreads the attempts of processes that wait for the same lock; `Math.random` if left out. */
  readonly random?: Random;
  /** Called with the SQL of each statement that reads or writes rows, when it is run. Used to count statements. */
  readonly onStatement?: (sql: string) => void;
}

/**
 * Opens a store in one SQLite file, which several processes may share.
 * @throws {CannotStart} if the file cannot be used, with a message that says why
 */
export async function openSqliteStore({
  path,
  lockWaitMs = 5_000,
  random = Math.random,
  onStatement = () => {},
}: SqliteOptions): Promise<Store> {
  const database = await openDatabase(resolve(path), { lockWaitMs, random, onStatement });
  return {
    ...profileMethods(database),
    ...wordMethods(database),
    ...dialogMethods(database),
    ...drawWordsMethod(database),
    ...surveyMethods(database),
    ...leaseMethods(database),
    ...recordingMethods(database),
    ...changeMethods(database),
    ...topUpMethods(database),
    ...paidCallMethods(database),
    ...reviewMethods(database),
    ...promptMethods(database),
    checkWritable: () => checkWritable(database),
    close: () => database.close(),
  };
}
