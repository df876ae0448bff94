import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/* `npm start` and `npm run token` run this first. It builds the server if nothing has been built yet, as in a fresh clone. */

const TSC = 'node_modules/typescript/bin/tsc';

if (!existsSync('dist/main.js')) {
  if (!existsSync(TSC)) {
    process.stderr.write('Nothing has been built. Run npm ci && npm run build.\n');
    process.exit(1);
  }
  process.stderr.write('Building the server for its first start.\n');
  try {
    execFileSync(process.execPath, [TSC], { stdio: 'inherit' });
  } catch {
    // The compiler has said what is wrong.
    process.exit(1);
  }
}
