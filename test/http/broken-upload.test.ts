import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { listen } from '../support/listen.ts';
import { openTestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';

test('a client that leaves while it sends its request is not logged as an error of the server', async () => {
  const { app, log } = await openTestApp();
  let received = false;
  let closed = false;
  const url = new URL(
    await listen((request, response) => {
      response.once('close', () => {
        closed = true;
      });
      app(request, response);
      received = true;
    }),
  );
  const socket = connect(Number(url.port), url.hostname);
  await once(socket, 'connect');
  socket.write(
    `POST /graphql HTTP/1.1\r\nHost: ${url.host}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"query":`,
  );
  await until(() => received);
  socket.destroy();
  await until(() => closed);
  // What the server makes of the broken body takes a few turns of the event loop.
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
  expect(log.lines.filter((line) => line.startsWith('error'))).toEqual([]);
});
