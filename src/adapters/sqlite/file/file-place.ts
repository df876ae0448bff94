import { type BigIntStats, realpathSync, statSync } from 'node:fs';
import { StoreUnavailable } from '../../../model/errors.ts';

/** In so many milliseconds, reads have noticed that the file is gone. */
const LATELY_MS = 250;

/**
 * Where a data file and its log are while they are open. If one of them is deleted, or another file stands in its
 * place, SQLite goes on with the old one without a word, and all that is written to it is lost.
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

  /** Takes some microseconds. @throws {StoreUnavailable} which is not retryable */
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

  /** As `assertHeld`, but goes by its last answer for a moment. */
  assertHeldLately(): void {
    if (performance.now() - this.#checkedAt > LATELY_MS) this.assertHeld();
  }
}
