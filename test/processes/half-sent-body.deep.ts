import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startServer } from '../llm/server.ts';
import { tempFolder } from '../support/temp-folder.ts';

test('a client that never sends the rest of a body does not keep the server from stopping', async () => {
  const server = await startServer({ DATA_DIR: await tempFolder() });
  onTestFinished(async () => {
    await server.end('SIGKILL');
  });
  const { hostname, port, host } = new URL(server.url);
  const socket = connect(Number(port), hostname).on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  const head = `POST /graphql HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: 9000\r\n`;
  socket.write(`${head}\r\n{"query"`);
  // The server has read it when a later request is answered.
  await fetch(new URL('/health', server.url));
  expect(await server.end('SIGTERM')).toBe(0);
  expect(server.output()).not.toContain('stopped in the middle');
});
