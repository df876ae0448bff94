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

/** Sends a body of a million bytes in chunks of one byte, or as much of it as the server takes. */
async function sendByteByByte({ url }: Server): Promise<string> {
  const { port } = new URL(url);
  const socket = connect(Number(port), '127.0.0.1');
  const closed = new Promise((resolve) => socket.once('error', resolve).once('close', resolve));
  const head = 'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
  socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n`);
  let chunks = 0;
  for (; chunks < 1_000_000 && !socket.destroyed; chunks += 10_000)
    if (!socket.write('1\r\n \r\n'.repeat(10_000))) await Promise.race([once(socket, 'drain'), closed]);
  const isClosed = socket.destroyed;
  socket.destroy();
  return `${isClosed ? 'closed' : 'taken'} after ${chunks} chunks`;
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
