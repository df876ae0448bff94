import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';

/* `tsx test/support/install.ts FOLDER...` installs the packages that lie apart from the main one, if they are not there. */

for (const folder of process.argv.slice(2)) {
  if (isInstalled(folder)) continue;
  process.stdout.write(`installing the packages of ${folder}\n`);
  // On Windows, npm is a script that only a shell runs.
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit', shell: true });
}

/** npm writes its own list of what it has installed last of all. */
function isInstalled(folder: string): boolean {
  const installed = modifiedAt(join(folder, 'node_modules/.package-lock.json'));
  return installed !== null && installed >= (modifiedAt(join(folder, 'package-lock.json')) ?? 0);
}

function modifiedAt(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null;
}
