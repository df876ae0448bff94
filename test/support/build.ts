import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TSC = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));

/** Builds the server before the tests, and again before they are run again: some start it as a process. */
export default function setup(project: TestProject): void {
  build();
  project.onTestsRerun(build);
}

/** Types are left to `npm run check`. */
function build(): void {
  execFileSync(process.execPath, [TSC, '--noCheck'], { cwd: ROOT, stdio: 'inherit' });
}
