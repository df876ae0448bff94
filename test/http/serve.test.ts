import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
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
