import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { json, text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ArrivingBodies } from '../../src/http/limits/arriving-bodies.ts';
import { piecesOf } from '../../src/http/limits/body-limit.ts';
import { MAX_BODY } from '../../src/http/limits/query-limits.ts';
import { serve } from '../../src/http/serve.ts';
import { createCourse } from '../support/course.ts';
import { listen } from '../support/listen.ts';
import { movableClock } from '../support/movable-clock.ts';
import { openTestApp } from '../support/test-app.ts';

/** Sends a query of the given size in bytes in several chunks over a real connection, with or without its length. */
async function post(
  bytes: number,
  announced: boolean,
): Promise<{ status: number | undefined; body: string }> {
  const { app } = await openTestApp();
  const server = await serve(app, '127.0.0.1', 0);
  onTestFinished(() => server.stop());
  const query = JSON.stringify({ query: '{ __typename }' });
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      ...(announced && { 'content-length': bytes }),
    };
    const sent = httpRequest(
      `${server.url}/graphql`,
      { method: 'POST', headers, agent: false },
      async (response) => {
        resolve({ status: response.statusCode, body: await text(response) });
        sent.destroy();
      },
    );
    sent.once('error', reject);
    sent.write(query);
    for (let rest = bytes - query.length; rest > 0; rest -= 1_000_000)
      sent.write(' '.repeat(Math.min(rest, 1_000_000)));
    sent.end();
  });
}

test.each([true, false])(
  'a body of the greatest length is read (its length announced: %s)',
  async (announced) => {
    expect(await post(MAX_BODY, announced)).toEqual({ status: 200, body: '{"data":{"__typename":"Query"}}' });
  },
);

test.each([
  ['short', ''],
  ['long', ' '.repeat(20_000)],
])('a %s body that is not UTF-8 is refused', async (_, blank) => {
  const { app } = await openTestApp();
  const server = await serve(app, '127.0.0.1', 0);
  onTestFinished(() => server.stop());
  const send = (encoding: 'latin1' | 'utf8') =>
    fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(`{"query":"{ __typename } # caf\u00e9"}${blank}`, encoding),
    });
  expect(await (await send('utf8')).json()).toEqual({ data: { __typename: 'Query' } });
  const refused = await send('latin1');
  expect(refused.status).toBe(400);
  expect(await refused.json()).toEqual({
    errors: [
      {
        message: 'The body of the request is not valid UTF-8. Send JSON in UTF-8.',
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ],
  });
});

test.each([true, false])('a longer body is refused (its length announced: %s)', async (announced) => {
  const { status, body } = await post(MAX_BODY + 1, announced);
  expect(status).toBe(413);
  expect(JSON.parse(body)).toEqual({
    errors: [
      {
        message: `The body of the request is longer than ${MAX_BODY} bytes.`,
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ],
  });
});

describe.each([
  ['/graphql', 'application/json'],
  ['/import/anki?profile=course', 'application/octet-stream'],
])('a body that is compressed, for %s', (path, type) => {
  test.each(['gzip', 'br', 'deflate', 'GZIP', 'identity, gzip', 'unknown'])(
    'is refused before any of it arrives: %s',
    async (coding) => {
      const { app } = await openTestApp();
      const { port } = new URL(await listen(app));
      const socket = connect(Number(port), '127.0.0.1');
      onTestFinished(() => void socket.destroy());
      // The body never follows.
      socket.write(
        `POST ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: ${type}\r\nContent-Encoding: ${coding}\r\nContent-Length: 1000\r\n\r\n`,
      );
      const answer = await text(socket);
      expect(answer).toMatch(/^HTTP\/1.1 415 /);
      expect(answer).toMatch(/\r\naccept-encoding: identity\r\n/);
      expect(answer).toContain(
        '{"errors":[{"message":"Compressed bodies are not accepted. Send the body as it is, without Content-Encoding.","extensions":{"code":"BAD_USER_INPUT"}}]}',
      );
    },
  );
});

test('a body whose coding is named identity is read', async () => {
  const { app } = await openTestApp();
  const response = await fetch(await listen(app), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-encoding': 'Identity' },
    body: '{"query":"{ __typename }"}',
  });
  expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
});

test('a body that arrives in pieces of all sizes is read as it was sent', async () => {
  const { app, store } = await openTestApp();
  await createCourse(store, {});
  const url = await listen(app);
  const table = Array.from({ length: 2_000 }, (_, i) => `palabra ${i};word ${i}`).join('\n');
  const query = `mutation { importWords(profileId: "course", input: { format: CSV, text: ${JSON.stringify(table)} }) { added } }`;
  const whole = JSON.stringify({ query });
  const answer = new Promise<unknown>((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const sent = httpRequest(url, { method: 'POST', headers }, (response) => resolve(json(response)));
    sent.once('error', reject);
    for (let begin = 0, size = 1; begin < whole.length; begin += size, size = (size * 7) % 4_099)
      sent.write(whole.slice(begin, begin + size));
    sent.end();
  });
  expect(await answer).toEqual({ data: { importWords: { added: 2_000 } } });
});

test('the connection is closed of a client that sends chunks of a byte', async () => {
  const { app } = await openTestApp();
  const { port } = new URL(await listen(app));
  const socket = connect(Number(port), '127.0.0.1');
  const closed = new Promise((resolve) => socket.once('error', resolve).once('close', resolve));
  const head = 'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
  socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n`);
  let chunks = 0;
  while (!socket.destroyed && chunks < 1_000_000) {
    chunks += 1_000;
    if (!socket.write('1\r\n \r\n'.repeat(1_000))) await Promise.race([once(socket, 'drain'), closed]);
  }
  await closed;
  expect(chunks).toBeLessThan(1_000_000);
});

test('a body that arrives a byte at a time is kept in few pieces', async () => {
  const bytes = Buffer.from('0123456789'.repeat(4_000));
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(bytes.subarray(sent, sent + 1));
      sent += 1;
      if (sent === bytes.length) controller.close();
    },
  });
  const init = { method: 'POST', body, duplex: 'half' };
  const request = new Request('http://127.0.0.1/graphql', init);
  const arriving = new ArrivingBodies({ maxBodies: 1, maxBytes: MAX_BODY }, movableClock());
  const pieces: Uint8Array[] = [];
  const receiving = { message: undefined, max: MAX_BODY, begin: () => arriving.begin('one') };
  for await (const piece of piecesOf(request, receiving)) pieces.push(piece);
  expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
  expect(pieces.length).toBeLessThanOrEqual(3);
});
