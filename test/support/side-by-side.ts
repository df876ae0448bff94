import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/* `tsx test/support/side-by-side.ts SCRIPT...` runs scripts of package.json at the same time. It fails if one fails. */

async function run(script: string): Promise<void> {
  // On Windows, npm is a script that only a shell runs.
  const npm = spawn(`npm run ${script} 2>&1`, { shell: true, stdio: ['ignore', 'pipe', 'inherit'] });
  const [output, [code]] = await Promise.all([text(npm.stdout), once(npm, 'close')]);
  process.stdout.write(output);
  if (code !== 0) process.exitCode = 1;
}

await Promise.all(process.argv.slice(2).map(run));
