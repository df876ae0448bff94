import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { compiledPrograms } from '../../src/bundle/compiled-programs.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TSC = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));

/**
 * Builds the server before the tests, and again before they are run again: some start it as a process. It is the bundle, but
 * for the tests of `npm start` and of single modules, which need `dist`.
 */
export default async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'dialog-pool-bundle-'));
  process.env.TEST_BUNDLE = folder;
  await build(folder);
  project.onTestsRerun(() => build(folder));
  return () => rmSync(folder, { recursive: true });
}

/** Types are left to `npm run check`, and licences to `npm run bundle`. */
async function build(folder: string): Promise<void> {
  execFileSync(process.execPath, [TSC, '--noCheck'], { cwd: ROOT, stdio: 'inherit' });
  const { files } = await compiledPrograms();
  // Without `package.json`, Node would take the files for CommonJS.
  for (const [path, content] of [...files, ['package.json', '{"type":"module"}'] as const]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}
