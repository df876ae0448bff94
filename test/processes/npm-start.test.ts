import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { tempFolder } from '../support/temp-folder.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Waits until a process that is no child of this one has ended. */
async function gone(pid: number): Promise<true> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await pause(20);
  }
}

test.runIf(process.platform !== 'win32')('SIGTERM to npm start alone stops the server too', async () => {
  // Without scripts around it, so that no other test finds the build in the making.
  const npm = spawn('npm', ['start', '--ignore-scripts'], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, PORT: '0', DEMO: '0', DATA_DIR: await tempFolder() },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  let server: number | null = null;
  onTestFinished(() => {
    if (server !== null && !output.includes('"msg":"stopped"')) process.kill(server, 'SIGKILL');
  });
  npm.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  while (!output.includes('GraphiQL is at')) await pause(20);
  server = Number(/"pid":(\d+)/u.exec(output)?.[1]);
  expect(server).not.toBe(npm.pid);

  const ended = once(npm, 'exit');
  npm.kill('SIGTERM');
  await ended;
  expect(await Promise.race([gone(server), pause(10_000, 'still running')])).toBe(true);
  expect(output).toContain('"msg":"stopped"');
});
