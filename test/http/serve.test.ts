import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { serve } from '../../src/http/serve.ts';

test('requests on connections that were opened before the stop are answered', async () => {
  const server = await serve((_, response) => void response.end('done'), '127.0.0.1', 0);
  const { port } = new URL(server.url);
  const sockets = await Promise.all(
    Array.from({ length: 40 }, async () => {
      const socket = connect(Number(port), '127.0.0.1');
      await once(socket, 'connect');
      return socket;
    }),
  );
  const stopped = server.stop();
  const answers = sockets.map((socket) => {
    socket.write('GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
    return text(socket);
  });
  for (const answer of await Promise.all(answers))
    expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n.*\r\n\r\ndone$/s);
  await stopped;
});

test('a client that reads slowly gets the whole answer although the server stops', async () => {
  // More than the system keeps for a connection.
  const answer = Buffer.alloc(30_000_000, 'x');
  const server = await serve((_, response) => void response.end(answer), '127.0.0.1', 0);
  const port = Number(new URL(server.url).port);
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
  await once(socket, 'readable');
  const stopped = server.stop();
  const isRefused = () =>
    new Promise((resolve) => {
      const another = connect(port, '127.0.0.1', () => resolve(false)).once('error', () => resolve(true));
      another.once('connect', () => another.destroy());
    });
  await expect.poll(isRefused).toBe(true);
  expect((await text(socket)).split('\r\n\r\n')[1]).toHaveLength(answer.length);
  await stopped;
});
