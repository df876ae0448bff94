import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../src/adapters/system/system-clock.ts';
import { logRequests } from '../../src/http/access-log.ts';
import { guardHost } from '../../src/http/limits/host-guard.ts';
import { answerInOrder } from '../../src/http/pipelined-requests.ts';
import { serve } from '../../src/http/serve.ts';
import { startInTurn } from '../../src/http/start-in-turn.ts';
import type { Log } from '../../src/ports/log.ts';
import { createCourse } from '../support/course.ts';
import { openTestApp } from '../support/test-app.ts';

interface Line {
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** The app behind a server of its own, as `main.ts` composes them. */
async function served() {
  const lines: Line[] = [];
  const keep = (level: string) => (fields: object, message: string) => {
    lines.push({ level, message, fields: { ...fields } });
  };
  const log: Log = { debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') };
  let ids = 0;
  let ms = 0;
  // Each reading of the clock is 1.26 ms later.
  const monotonic = () => {
    ms += 1.26;
    return ms;
  };
  const newId = () => {
    ids += 1;
    return `id-${ids}`;
  };
  const { app, store } = await openTestApp();
  await createCourse(store);
  const guarded = answerInOrder(startInTurn(guardHost(app, { host: '127.0.0.1', publicUrl: null })));
  const server = await serve(
    logRequests(guarded, { log, clock: { ...systemClock, monotonic }, newId }),
    '127.0.0.1',
    0,
  );
  onTestFinished(() => server.stop());
  return {
    url: server.url,
    store,
    lines,
    /** Waits until `count` lines have been logged. A request is logged after its answer has been sent. */
    async written(count: number): Promise<readonly Line[]> {
      await expect.poll(() => lines.length).toBe(count);
      return lines;
    },
    post: (body: unknown, headers: Record<string, string> = {}) =>
      fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { ...JSON_TYPE, ...headers },
        body: JSON.stringify(body),
      }),
  };
}

describe('every request is logged in one line', () => {
  test('with its id, method, path, status, duration and operation, and without its contents', async () => {
    const { post, written } = await served();
    const query = 'query Shown($id: ID!) { profile(id: $id) { name } }';
    const response = await post({ query, variables: { id: 'course' } });
    expect(await response.json()).toEqual({ data: { profile: { name: 'Course' } } });
    expect(await written(1)).toEqual([
      {
        level: 'info',
        message: 'request',
        fields: {
          requestId: 'id-1',
          method: 'POST',
          path: '/graphql',
          status: 200,
          durationMs: 1.3,
          operation: 'Shown',
          operationType: 'query',
        },
      },
    ]);
  });

  test('without the query string', async () => {
    const { url, written } = await served();
    await (await fetch(`${url}/graphql?query={__typename}&variables={"secret":1}`)).text();
    const [line] = await written(1);
    expect(line?.fields).toMatchObject({ path: '/graphql', status: 200, operationType: 'query' });
    expect(line?.fields).not.toHaveProperty('operation');
    expect(JSON.stringify(line)).not.toContain('secret');
  });

  test('without the name of a recording', async () => {
    const { url, written } = await served();
    await (await fetch(`${url}/audio/secret.mp3?x`)).text();
    const [line] = await written(1);
    expect(line?.fields).toMatchObject({ path: '/audio/{name}' });
    expect(JSON.stringify(line)).not.toContain('secret');
  });

  test.each([
    '/./audio/secret.mp3',
    '/x/../audio/secret.mp3',
    '/x/%2E%2e/audio/secret.mp3?x',
    '/.\\audio\\secret.mp3',
  ])('without the name of a recording that is asked for by %s', async (path) => {
    const { url, written } = await served();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.end(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
    await once(socket.resume(), 'end');
    const [line] = await written(1);
    expect(line?.fields).toMatchObject({ path: '/audio/{name}' });
    expect(JSON.stringify(line)).not.toContain('secret');
  });

  test.each([
    [
      'a mutation',
      'mutation Rename { updateProfile(id: "course", input: {}) { name } }',
      'Rename',
      'mutation',
    ],
    [
      'a refused operation',
      'query Large { profiles(first: 100) { edges { node { dialogs(first: 100) { edges { node { id } } } } } } }',
      'Large',
      'query',
    ],
  ])('with the name of %s', async (_, query, operation, operationType) => {
    const { post, written } = await served();
    await (await post({ query })).text();
    expect((await written(1))[0]?.fields).toMatchObject({ operation, operationType });
  });

  test('with the operation that the request chose of several', async () => {
    const { post, written } = await served();
    const query = 'query A { __typename } mutation B { deleteProfile(id: "none") }';
    await (await post({ query, operationName: 'B' })).text();
    expect((await written(1))[0]?.fields).toMatchObject({ operation: 'B', operationType: 'mutation' });
  });

  test('with its own id and operation, also behind others on its connection', async () => {
    const { url, written } = await served();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    const get = (query: string) =>
      `GET /graphql?query=${encodeURIComponent(query)} HTTP/1.1\r\nhost: localhost\r\n\r\n`;
    socket.write(['A', 'B', 'C'].map((name) => get(`query ${name} { __typename }`)).join(''));
    const lines = await written(3);
    expect(lines.map(({ fields: { requestId, operation } }) => [requestId, operation])).toEqual([
      ['id-1', 'A'],
      ['id-2', 'B'],
      ['id-3', 'C'],
    ]);
  });

  test('with the path of a target that is a whole URL', async () => {
    const { url, written } = await served();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    const get = (path: string) => `GET http://localhost${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`;
    socket.end(`${get('/health')}${get('/graphql?query={__typename}')}`);
    expect(await written(2)).toMatchObject([
      { level: 'debug', fields: { path: '/health', status: 200 } },
      { level: 'info', fields: { path: '/graphql', status: 200 } },
    ]);
  });

  test('in bounded length', async () => {
    const { url, post, written } = await served();
    await (await post({ query: `query ${'A'.repeat(5000)} { __typename }` })).text();
    await (await fetch(`${url}/${'b'.repeat(5000)}`)).text();
    for (const { fields } of await written(2)) expect(JSON.stringify(fields).length).toBeLessThan(500);
  });

  test('also if no operation is executed, or the host is refused', async () => {
    const { url, post, written } = await served();
    await (await post({ query: '{' })).text();
    await (await fetch(`${url}/none`)).text();
    const port = Number(new URL(url).port);
    const socket = connect(port, '127.0.0.1');
    socket.end('GET /graphql HTTP/1.1\r\nhost: evil.example\r\n\r\n');
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1.1 421 .*x-request-id: id-3/is);
    const lines = await written(3);
    expect(lines.map(({ fields: { path, status } }) => [path, status])).toEqual([
      ['/graphql', 200],
      ['/none', 404],
      ['/graphql', 421],
    ]);
    for (const { fields } of lines) expect(fields).not.toHaveProperty('operationType');
  });

  test('also if the client has left before the answer', async () => {
    const { url, written } = await served();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    const head =
      'POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 99\r\n';
    socket.write(`${head}\r\n{`);
    await once(socket, 'connect');
    await new Promise(setImmediate);
    socket.destroy();
    const [line] = await written(1);
    expect(line?.fields).toMatchObject({ path: '/graphql', status: null, aborted: true });
  });

  test.each(['/health', '/ready', '/metrics'])('at the level debug for %s', async (path) => {
    const { url, written } = await served();
    await (await fetch(`${url}${path}?x`)).text();
    expect(await written(1)).toMatchObject([{ level: 'debug', fields: { path, status: 200 } }]);
  });

  test('at the level info for a probe that is refused', async () => {
    const { url, store, written } = await served();
    await store.close();
    await (await fetch(`${url}/ready`)).text();
    expect(await written(1)).toMatchObject([{ level: 'info', fields: { path: '/ready', status: 503 } }]);
  });
});

describe('the id of a request', () => {
  test('is returned', async () => {
    const { url } = await served();
    const ids = [];
    for (let time = 0; time < 2; time += 1) {
      ids.push((await fetch(`${url}/health`)).headers.get('x-request-id'));
    }
    expect(ids).toEqual(['id-1', 'id-2']);
  });

  test.each(['a', 'A-b_c.9', 'x'.repeat(64)])('is the one that the client sent: %s', async (id) => {
    const { url, written } = await served();
    const response = await fetch(`${url}/health`, { headers: { 'x-request-id': id } });
    expect(response.headers.get('x-request-id')).toBe(id);
    expect((await written(1))[0]?.fields.requestId).toBe(id);
  });

  test.each(['', 'a b', 'a"b', 'a/b', 'é', 'a, b', 'x'.repeat(65)])(
    'is a new one if the client sent none that is well-formed: %j',
    async (id) => {
      const { url, written } = await served();
      const response = await fetch(`${url}/health`, { headers: { 'x-request-id': id } });
      expect(response.headers.get('x-request-id')).toBe('id-1');
      expect((await written(1))[0]?.fields.requestId).toBe('id-1');
    },
  );
});

describe('the trace id of a request', () => {
  const TRACE = '0af7651916cd43dd8448eb211c80319c';

  test.each([
    `00-${TRACE}-b7ad6b7169203331-01`,
    `00-${TRACE}-b7ad6b7169203331-00`,
    `cc-${TRACE}-b7ad6b7169203331-01-later`,
  ])('is logged: %s', async (traceparent) => {
    const { url, written } = await served();
    await fetch(`${url}/health`, { headers: { traceparent } });
    expect((await written(1))[0]?.fields.traceId).toBe(TRACE);
  });

  test.each([
    'x',
    `00-${TRACE}-b7ad6b7169203331`,
    `00-${TRACE}-b7ad6b7169203331-01-more`,
    `ff-${TRACE}-b7ad6b7169203331-01`,
    `00-${TRACE.toUpperCase()}-b7ad6b7169203331-01`,
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
  ])('is not logged if it is malformed: %s', async (traceparent) => {
    const { url, written } = await served();
    await fetch(`${url}/health`, { headers: { traceparent } });
    expect((await written(1))[0]?.fields).not.toHaveProperty('traceId');
  });
});
