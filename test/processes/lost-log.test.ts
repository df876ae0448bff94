import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
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

test('a server whose log nobody reads any more answers, and ends at SIGTERM with code 0', async () => {
  const folder = await tempFolder();
  const path = join(folder, 'log');
  await promisify(execFile)('mkfifo', [path]);
  // For reading too, so that opening it does not wait for a reader.
  const pipe = await open(path, 'r+');
  const server = spawn(process.execPath, [MAIN], {
    env: { PORT: '0', DEMO: '0', DATA_DIR: folder },
    stdio: ['ignore', pipe.fd, 'ignore'],
  });
  onTestFinished(async () => {
    server.kill('SIGKILL');
    await pipe.close();
  });
  const ended = once(server, 'exit');
  let log = '';
  while (!log.includes('/graphql')) {
    const { buffer, bytesRead } = await pipe.read();
    log += buffer.toString('utf8', 0, bytesRead);
  }
  const [url = ''] = /http:[^"]*\/graphql/.exec(log) ?? [];
  // A pipe holds 64 kB.
  for (let bytes = 0; bytes < 100_000; bytes += 200) {
    const response = await fetch(`${url}?query={__typename}`);
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
  }
  server.kill('SIGTERM');
  expect(await Promise.race([ended, pause(20_000, 'still running')])).toEqual([0, null]);
});
