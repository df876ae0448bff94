import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { portOf } from '../cosmos/port-of.ts';
import { MAIN } from '../support/programs.ts';

test('at SIGTERM, a server that is still waiting for its store ends at once with code 0', async () => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  onTestFinished(() => {
    silent.closeAllConnections();
    silent.close();
  });
  const env = { PORT: '0', COSMOS_ENDPOINT: `http://127.0.0.1:${portOf(silent)}`, COSMOS_KEY: 'a2V5' };
  const server = spawn(process.execPath, [MAIN], { env, stdio: 'inherit' });
  onTestFinished(() => void server.kill('SIGKILL'));
  const ended = once(server, 'exit');
  await once(silent, 'request');
  server.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});
