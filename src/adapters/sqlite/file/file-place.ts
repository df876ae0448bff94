import { type BigIntStats, realpathSync, statSync } from 'node:fs';
import { StoreUnavailable } from '../../../model/errors.ts';

/** How long reads rely on the last check, in milliseconds. */
const CHECK_EVERY_MS = 250;

/**
 * The identity (device and inode) of a data file and its log while they are open. If one of them is deleted or replaced,
 * SQLite goes on with the old file and reports no error, and everything that is written is lost.
 */
export class FilePlace {
  #checkedAt = Number.NEGATIVE_INFINITY;
  readonly #files: readonly { readonly path: string; readonly stats: BigIntStats }[];

  /** @param path of the data file, which is open */
  constructor(path: string) {
    this.#files = [path, `${realpathSync(path)}-wal`].map((file) => ({
      path: file,
      stats: statSync(file, { bigint: true }),
    }));
  }

  /** Takes a few microseconds. @throws {StoreUnavailable} not retryable, if the file was deleted or replaced */
  assertHeld(): void {
    for (const { path, stats } of this.#files) {
      const now = statSync(path, { bigint: true, throwIfNoEntry: false });
      if (now?.ino !== stats.ino || now.dev !== stats.dev) {
        const cause = new Error(`the file ${path} was deleted or replaced while it was in use`);
        throw new StoreUnavailable(cause, { retryable: false });
      }
    }
    this.#checkedAt = performance.now();
  }

  /** As `assertHeld`, but checks at most every 250 ms. */
  assertHeldLately(): void {
    if (performance.now() - this.#checkedAt > CHECK_EVERY_MS) this.assertHeld();
  }
}
