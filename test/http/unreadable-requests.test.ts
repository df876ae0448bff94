import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { guardHost } from '../../src/http/limits/host-guard.ts';
import { serve } from '../../src/http/serve.ts';
import { answerUnreadable } from '../../src/http/unreadable-requests.ts';
import { newGate } from '../support/gate.ts';
import { openTestApp } from '../support/test-app.ts';

const HOST = 'Host: localhost\r\n';
const CHUNKED = `POST /graphql HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;

/** Sends a text to a server with `listener`. @returns all that it answers, until it closes the connection */
async function answerTo(sent: string, listener: RequestListener): Promise<string> {
  const server = await serve(listener, '127.0.0.1', 0);
  onTestFinished(() => server.stop());
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.write(sent);
  return text(socket);
}

async function guardedApp(): Promise<RequestListener> {
  const { app } = await openTestApp();
  return guardHost(app, { host: '127.0.0.1', publicUrl: null });
}

/** The status and the error of an answer. */
function parsed(answer: string) {
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  const [status = ''] = head.split('\r\n');
  return { status, type: /^content-type: (.*)$/im.exec(head)?.[1], body: /\{.*\}/s.exec(body)?.[0] };
}

const refusal = (status: string, message: string) => ({
  status: `HTTP/1.1 ${status}`,
  type: 'application/json',
  body: JSON.stringify({ errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] }),
});
const MALFORMED = refusal('400 Bad Request', 'The request is not valid HTTP/1.1.');
const LONG = refusal(
  '431 Request Header Fields Too Large',
  'The URL and the headers are longer than 16384 bytes together. Send long queries by POST.',
);

test.each([
  ['no HTTP', 'NONSENSE\r\n\r\n', MALFORMED],
  ['an unknown method', `FOO / HTTP/1.1\r\n${HOST}\r\n`, MALFORMED],
  ['a header without a colon', `GET / HTTP/1.1\r\n${HOST}nonsense\r\n\r\n`, MALFORMED],
  ['a chunk of no length', `${CHUNKED}5\r\nabcde\r\nZZ\r\n`, MALFORMED],
  ['long headers', `GET / HTTP/1.1\r\n${HOST}x: ${'x'.repeat(20_000)}\r\n\r\n`, LONG],
  ['a long URL', `GET /graphql?query=${'x'.repeat(20_000)} HTTP/1.1\r\n${HOST}\r\n`, LONG],
  [
    'long chunk extensions',
    `${CHUNKED}5;${'x'.repeat(20_000)}\r\nabcde\r\n0\r\n\r\n`,
    refusal(
      '413 Payload Too Large',
      'The chunk extensions of the body are too long. Send the body without them.',
    ),
  ],
  [
    'an expectation of something else',
    `GET /health HTTP/1.1\r\n${HOST}Connection: close\r\nExpect: something\r\n\r\n`,
    refusal(
      '417 Expectation Failed',
      'The header Expect can only be 100-continue. Send the request without it.',
    ),
  ],
  [
    'no host',
    'GET /health HTTP/1.1\r\n\r\n',
    refusal('400 Bad Request', 'The request names no possible host or path.'),
  ],
])(
  'a request that cannot be read is refused with an error that has a code: %s',
  async (_, sent, expected) => {
    expect(parsed(await answerTo(sent, await guardedApp()))).toEqual(expected);
  },
);

test('a request of HTTP/1.0 need name no host', async () => {
  expect(await answerTo('GET /health HTTP/1.0\r\n\r\n', await guardedApp())).toMatch(/^HTTP\/1.1 200 OK\r\n/);
});

test('a client that sends more than it announces gets the answer to its request first', async () => {
  const query = '{"query":"{ __typename }"}';
  const head = `POST /graphql HTTP/1.1\r\n${HOST}Content-Type: application/json\r\n`;
  const answer = await answerTo(
    `${head}Content-Length: ${query.length}\r\n\r\n${query} and more`,
    await guardedApp(),
  );
  expect(answer.match(/HTTP\/1.1 \d+|\{.*?\}/g)?.slice(0, 3)).toEqual([
    'HTTP/1.1 200',
    '{"data":{"__typename":"Query"}',
    'HTTP/1.1 400',
  ]);
});

test('a body that cannot be read is not refused in the middle of an answer', async () => {
  const sent = `${CHUNKED}5\r\nabcde\r\nZZ\r\n`;
  const answer = await answerTo(sent, (_, response) => void response.writeHead(200).write('begun'));
  expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n[^{]*begun\r\n$/);
});

test('a client that leaves in the middle of its next request ends the answer to the one before', async () => {
  const closed = newGate();
  const server = await serve(
    (_, response) => void response.once('close', closed.open).writeHead(200).write('begun'),
    '127.0.0.1',
    0,
  );
  onTestFinished(() => server.stop());
  const socket = connect({ port: Number(new URL(server.url).port), host: '127.0.0.1', allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  socket.end(`GET / HTTP/1.1\r\n${HOST}\r\nGET / HT`);
  await closed.opened;
});

test('a request that does not arrive in time is refused with an error that has a code', async () => {
  const server = createServer({ headersTimeout: 50, requestTimeout: 50, connectionsCheckingInterval: 10 });
  answerUnreadable(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(`GET / HTTP/1.1\r\n${HOST}`);
  expect(parsed(await text(socket))).toEqual(
    refusal(
      '408 Request Timeout',
      'The request did not arrive in time. Send it again, on another connection.',
    ),
  );
});
