import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Server } from '../../llm/server.ts';
import { type Attack, createCourse, times } from './attack.ts';

/** Opens the given number of connections that send a request and never read, and keeps them for a while. */
async function neverRead({ url }: Server, count: number, request: string): Promise<string> {
  const { port } = new URL(url);
  const sockets = await Promise.all(
    Array.from({ length: count }, async () => {
      const socket = connect(Number(port), '127.0.0.1').pause();
      socket.on('error', () => {});
      await once(socket, 'connect');
      socket.write(request);
      return socket;
    }),
  );
  // Long enough for the server to have answered all of them, and too short for it to give up on them.
  await pause(5_000);
  for (const socket of sockets) socket.destroy();
  return 'kept for 5 s';
}

const LARGE = JSON.stringify({
  query: `{ profile(id: "course") { ${times(25, (i) => `a${i}: words(first: 100) { edges { node { id text translation state createdAt } } }`)} } }`,
});

/** Sends a body of a million bytes in chunks of one byte. */
async function sendByteByByte({ url }: Server): Promise<string> {
  const { port } = new URL(url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(
    'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
  );
  for (let i = 0; i < 100; i += 1)
    if (!socket.write('1\r\n \r\n'.repeat(10_000))) await once(socket, 'drain');
  const query = '{"query":"{ __typename }"}';
  socket.write(`${query.length.toString(16)}\r\n${query}\r\n0\r\n\r\n`);
  const [head] = await once(socket, 'data');
  socket.destroy();
  return String(head).slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length);
}

/** Attacks by clients that do not read, or send in tiny pieces. */
export const CLIENTS: readonly Attack[] = [
  { name: 'a body of a million bytes in chunks of one byte', act: sendByteByByte },
  {
    name: '7. 150 clients that ask for GraphiQL without gzip and never read',
    act: (server) =>
      neverRead(server, 150, 'GET /graphql HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n\r\n'),
  },
  {
    name: '7. 150 clients that ask for GraphiQL with gzip and never read',
    act: (server) =>
      neverRead(
        server,
        150,
        'GET /graphql HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nAccept-Encoding: gzip\r\n\r\n',
      ),
  },
  {
    name: '150 clients that ask for 17,500 values each and never read',
    prepare: (server) => createCourse(server, 'course', 100),
    act: (server) =>
      neverRead(
        server,
        150,
        `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${LARGE.length}\r\n\r\n${LARGE}`,
      ),
  },
];
