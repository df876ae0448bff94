import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startServer } from '../llm/server.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { createCourse } from './course-on-server.ts';

const QUERY = `{ profile(id: "course") { words(first: 100) { edges { cursor node { id text state createdAt } } } } }`;

/** Opens a connection to the server, which has accepted it when this resolves. */
async function connection(url: URL): Promise<Socket> {
  const socket = connect(Number(url.port), url.hostname);
  onTestFinished(() => void socket.destroy());
  socket.write(`GET /health HTTP/1.1\r\nhost: ${url.host}\r\n\r\n`);
  await once(socket, 'data');
  return socket;
}

function askForWords(socket: Socket, url: URL, token: string): Promise<string> {
  const body = JSON.stringify({ query: QUERY });
  const headers = [
    'POST /graphql HTTP/1.1',
    `host: ${url.host}`,
    `authorization: Bearer ${token}`,
    'content-type: application/json',
    `content-length: ${body.length}`,
  ];
  socket.write(`${headers.join('\r\n')}\r\n\r\n${body}`);
  return once(socket, 'data').then(([chunk]) => String(chunk).slice(0, 'HTTP/1.1 200'.length));
}

test('a caller waits for its own requests, and not for all those that another one sent before', async () => {
  const server = await startServer({ DATA_DIR: await tempFolder() });
  onTestFinished(async () => {
    await server.end('SIGKILL');
  });
  await createCourse(server, 'course', 100);
  const url = new URL(server.url);
  const sockets = await Promise.all(Array.from({ length: 101 }, () => connection(url)));
  const [last, ...others] = sockets;
  if (last === undefined) throw new Error('there is no connection');

  let answered = 0;
  const busy = others.map(async (socket, i) => {
    // Blanks before the token do not make it another caller.
    const status = await askForWords(socket, url, `${' '.repeat(i)}busy`);
    answered += 1;
    return status;
  });
  expect(await askForWords(last, url, 'other')).toBe('HTTP/1.1 200');
  expect(answered).toBeLessThan(50);
  expect(await Promise.all(busy)).toEqual(Array(100).fill('HTTP/1.1 200'));
});
