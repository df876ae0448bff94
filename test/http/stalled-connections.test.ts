import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { connect, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { serve } from '../../src/http/serve.ts';
import { openTestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';

/** A server with its connections. */
async function openServer(listener: RequestListener, stalledAfterMs?: number) {
  const sockets: Socket[] = [];
  const seen: RequestListener = (request, response) => {
    sockets.push(request.socket);
    listener(request, response);
  };
  const server = await serve(seen, '127.0.0.1', 0, stalledAfterMs);
  onTestFinished(() => server.stop());
  const { port } = new URL(server.url);
  /** Sends a request by a client that does not read. */
  const send = async (head: string): Promise<Socket> => {
    const client = connect(Number(port), '127.0.0.1').pause();
    onTestFinished(() => void client.destroy());
    await once(client, 'connect');
    client.write(`${head}\r\nHost: localhost\r\n\r\n`);
    return client;
  };
  return { sockets, send };
}

const GRAPHIQL = 'GET /graphql HTTP/1.1\r\nAccept: text/html';

test('a connection whose client does not read is closed', async () => {
  const { app } = await openTestApp();
  const { sockets, send } = await openServer(app, 300);
  for (const encoding of ['', '\r\nAccept-Encoding: gzip']) await send(GRAPHIQL + encoding);
  await until(() => sockets.length === 2 && sockets.every((socket) => socket.destroyed));
});

test('a connection whose client does not read an answer in one piece is closed', async () => {
  const { sockets, send } = await openServer((_, response) => void response.end('x'.repeat(10_000_000)), 300);
  await send('GET / HTTP/1.1');
  // 10 MB get the time that a slow client needs, so only the limit for all clients can close a connection here.
  for (let i = 0; i < 8; i += 1) await send('GET / HTTP/1.1');
  await until(() => sockets.some((socket) => socket.destroyed));
});

test('a connection whose client reads on, slowly, is not closed, and gets the whole page', async () => {
  const { app } = await openTestApp();
  const { sockets, send } = await openServer(app, 300);
  const client = await send(`${GRAPHIQL}\r\nConnection: close`);
  await until(() => (sockets[0]?.writableLength ?? 0) > 0);
  const reading = buffer(client);
  expect((await reading).length).toBeGreaterThan(5_000_000);
});

test('a connection that waits for its answer is not closed', async () => {
  const { sockets, send } = await openServer(
    (_, response) => void setTimeout(() => response.end('late'), 1_500),
    200,
  );
  const client = await send('GET / HTTP/1.1\r\nConnection: close');
  expect((await buffer(client)).toString()).toMatch(/late$/);
  expect(sockets).toHaveLength(1);
});

test('clients that do not read keep a few pieces of GraphiQL each in memory', async () => {
  const { app } = await openTestApp();
  const { sockets, send } = await openServer(app);
  for (let i = 0; i < 20; i += 1) await send(GRAPHIQL);
  await until(() => sockets.length === 20 && sockets.every((socket) => socket.writableLength > 0));
  for (const { writableLength } of sockets) expect(writableLength).toBeLessThan(200_000);
  for (const socket of sockets) socket.destroy();
});
