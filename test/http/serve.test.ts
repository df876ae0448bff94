import { once } from 'node:events';
import type { RequestListener, ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { serve } from '../../src/http/serve.ts';
import { until } from '../support/until.ts';

const REQUEST = 'GET / HTTP/1.1\r\nhost: localhost\r\n\r\n';

/** A server whose answers the test sends, with the responses that wait for them. */
async function openHolding() {
  const held: ServerResponse[] = [];
  const server = await serve((_, response) => held.push(response), '127.0.0.1', 0);
  return { server, held, socket: await opened(server.url) };
}

async function opened(url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** Whether a new connection is refused. */
async function refuses(url: string): Promise<boolean> {
  return opened(url).then(
    (socket) => {
      socket.destroy();
      return false;
    },
    () => true,
  );
}

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
  const socket = await opened(server.url);
  socket.write(REQUEST);
  await once(socket, 'readable');
  const stopped = server.stop();
  await until(() => refuses(server.url));
  expect((await text(socket)).split('\r\n\r\n')[1]).toHaveLength(answer.length);
  await stopped;
});

test('a request that is running when the server stops is answered, and its answer closes the connection', async () => {
  const { server, held, socket } = await openHolding();
  socket.write(REQUEST);
  await until(() => held.length === 1);
  const stopped = server.stop();
  await until(() => refuses(server.url));
  held[0]?.end('done');
  expect(await text(socket)).toMatch(/^HTTP\/1.1 200 OK\r\n.*Connection: close\r\n.*done$/s);
  await stopped;
});

test('requests that are sent on one connection without waiting are all answered, and the last answer closes it', async () => {
  const { server, held, socket } = await openHolding();
  socket.write(REQUEST + REQUEST);
  await until(() => held.length === 2);
  const stopped = server.stop();
  await until(() => refuses(server.url));
  socket.write(REQUEST);
  await until(() => held.length === 3);
  for (const [i, response] of held.entries()) response.end(`answer ${i}`);
  const answers = (await text(socket)).split('HTTP/1.1 200 OK').slice(1);
  expect(answers.map((answer) => answer.includes('Connection: close'))).toEqual([false, false, true]);
  expect(answers.map((answer) => answer.slice(-8))).toEqual(['answer 0', 'answer 1', 'answer 2']);
  await stopped;
});

test('a busy client can send one more request, and connections that stay idle are closed', async () => {
  const answered: RequestListener = (_, response) => void response.end('done');
  const server = await serve(answered, '127.0.0.1', 0);
  const [busy, idle] = [await opened(server.url), await opened(server.url)];
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'clearInterval', 'clearTimeout', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
  for (const socket of [busy, idle]) {
    socket.write(REQUEST);
    await once(socket, 'data');
  }
  const stopped = server.stop();
  // A server that is stopping goes on accepting while connections come in every turn of the event loop.
  while (!(await refuses(server.url))) for (let turn = 0; turn < 10; turn += 1) await turnOfLoop();
  const answers = [text(busy), text(idle)];
  busy.write(REQUEST);
  expect(await answers[0]).toMatch(/^HTTP\/1.1 200 OK\r\n.*Connection: close\r\n.*done$/s);
  await vi.advanceTimersByTimeAsync(100);
  expect(await answers[1]).toBe('');
  await stopped;
});
