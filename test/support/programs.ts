import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));

/**
 * The folder of the bundle that `build.ts` makes before the tests. A server of it starts in half the processor time that
 * one of `dist` takes. Programs outside vitest have none, and start `dist`.
 */
const { TEST_BUNDLE } = process.env;

/** The path of the server's program. */
export const MAIN = join(TEST_BUNDLE ?? DIST, 'main.js');

/** The program that reads packages of Anki: Node cannot run its source. */
export const DECK_PROGRAM = pathToFileURL(
  join(TEST_BUNDLE ?? join(DIST, 'adapters/anki'), 'process/main.js'),
);
