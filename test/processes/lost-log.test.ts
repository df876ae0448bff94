import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { MAIN } from '../support/programs.ts';
import { tempFolder } from '../support/temp-folder.ts';

test('a server whose log has lost its reader still ends at SIGTERM with code 0', async () => {
  const server = spawn(process.execPath, [MAIN], {
    env: { PORT: '0', DEMO: '0', DATA_DIR: await tempFolder() },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => {
    server.kill('SIGKILL');
  });
  const ended = once(server, 'exit');
  await once(server.stdout, 'data');
  server.stdout.destroy();
  await once(server.stdout, 'close');
  server.kill('SIGTERM');
  expect(await Promise.race([ended, pause(20_000, 'still running')])).toEqual([0, null]);
});
