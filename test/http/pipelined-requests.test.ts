import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { answerInOrder } from '../../src/http/pipelined-requests.ts';
import { serve } from '../../src/http/serve.ts';

/** Sends requests for `/1`, `/2` and so on, at once on one connection. Their answers are left to the test. */
async function pipeline(count: number) {
  const arrived: string[] = [];
  const closed: string[] = [];
  const started = new Map<string, ServerResponse>();
  const inOrder = answerInOrder(({ url = '' }, response) => started.set(url, response));
  const server = await serve(
    (request, response) => {
      const { url = '' } = request;
      arrived.push(url);
      response.once('close', () => closed.push(url));
      inOrder(request, response);
    },
    '127.0.0.1',
    0,
  );
  onTestFinished(() => server.stop());
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  const paths = Array.from({ length: count }, (_, i) => `/${i + 1}`);
  await once(socket, 'connect');
  socket.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`).join(''));
  const urls = () => [...started.keys()];
  return { socket, arrived, closed, started, urls };
}

test('a request starts when the one before it on its connection has been answered', async () => {
  const { socket, arrived, started, urls } = await pipeline(3);
  await expect.poll(() => arrived).toEqual(['/1', '/2', '/3']);
  expect(urls()).toEqual(['/1']);
  started.get('/1')?.end('one');
  await expect.poll(urls).toEqual(['/1', '/2']);
  started.get('/2')?.end('two');
  await expect.poll(urls).toEqual(['/1', '/2', '/3']);
  started.get('/3')?.setHeader('connection', 'close').end('three');
  expect((await text(socket)).match(/one|two|three/g)).toEqual(['one', 'two', 'three']);
});

test('requests whose client has left are not started, and each response is closed', async () => {
  const { socket, arrived, closed, started, urls } = await pipeline(3);
  await expect.poll(() => arrived).toHaveLength(3);
  started.get('/1')?.end('one');
  await expect.poll(urls).toEqual(['/1', '/2']);
  socket.destroy();
  await expect.poll(() => closed).toEqual(['/1', '/2', '/3']);
  expect(urls()).toEqual(['/1', '/2']);
});

test('requests behind an answer that ends the connection are not started', async () => {
  const { arrived, closed, started, urls } = await pipeline(3);
  await expect.poll(() => arrived).toHaveLength(3);
  started.get('/1')?.setHeader('connection', 'close').end('one');
  await expect.poll(() => closed).toEqual(['/1', '/2', '/3']);
  expect(urls()).toEqual(['/1']);
});

test('a connection on which too many requests wait is closed', async () => {
  const { socket, arrived, urls } = await pipeline(200);
  await once(socket, 'close');
  expect(arrived.length).toBeGreaterThan(100);
  expect(urls()).toEqual(['/1']);
});
