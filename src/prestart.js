import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';

/*
 * `npm start` and `npm run token` run this first. It builds the server if nothing has been built yet, as in a fresh clone, or
 * if a build was interrupted. `npm run build` builds it always.
 */

const TSC = 'node_modules/typescript/bin/tsc';
/** Exists while a build is under way, and after one that did not end well. */
const UNFINISHED = 'dist/unfinished';

const isAsked = process.env.npm_lifecycle_event === 'build';

if (isAsked || !existsSync('dist/main.js') || existsSync(UNFINISHED)) {
  if (!existsSync(TSC)) {
    process.stderr.write('Nothing has been built. Run npm ci && npm run build.\n');
    process.exit(1);
  }
  if (!isAsked) process.stderr.write('Building the server for its first start.\n');
  mkdirSync('dist', { recursive: true });
  writeFileSync(UNFINISHED, '');
  try {
    execFileSync(process.execPath, [TSC], { stdio: 'inherit' });
  } catch {
    // The compiler has said what is wrong.
    process.exit(1);
  }
  rmSync(UNFINISHED, { force: true });
}
