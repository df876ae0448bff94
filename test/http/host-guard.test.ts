import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { guardHost } from '../../src/http/limits/host-guard.ts';
import { serve } from '../../src/http/serve.ts';
import { openTestApp } from '../support/test-app.ts';

/** Sends a request with the given Host header to a server with `host` and `publicUrl`, over a real connection. */
async function askAs(
  name: string | string[],
  {
    host = '127.0.0.1',
    publicUrl = null as string | null,
    path = '/health',
    origin = null as string | null,
  } = {},
) {
  const { app } = await openTestApp();
  const server = await serve(guardHost(app, { host, publicUrl }), '127.0.0.1', 0);
  onTestFinished(() => server.stop());
  const { port } = new URL(server.url);
  return new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    request(
      {
        host: '127.0.0.1',
        port,
        path,
        headers: [
          ...[name].flat().flatMap((host) => ['Host', host]),
          ...(origin === null ? [] : ['Origin', origin]),
        ],
        agent: false,
      },
      async (response) => {
        resolve({ status: response.statusCode, body: await text(response) });
      },
    )
      .once('error', reject)
      .end();
  });
}

test.each(['localhost', '127.0.0.1:4000', '[::1]:4000'])(
  'a server of this machine answers to %s',
  async (name) => {
    expect((await askAs(name)).status).toBe(200);
  },
);

test('a server of this machine answers to no other name than that of its public URL', async () => {
  const refused = await askAs('evil.example:4000');
  expect(refused.status).toBe(421);
  expect(JSON.parse(refused.body).errors[0].extensions).toEqual({ code: 'BAD_USER_INPUT' });
  expect((await askAs('api.example', { publicUrl: 'https://api.example/pool' })).status).toBe(200);
});

test('a server for other machines answers to every name', async () => {
  expect((await askAs('api.example', { host: '0.0.0.0' })).status).toBe(200);
});

test.each([
  'a b',
  '[',
  'x:99999',
  '%%',
  'evil.com@localhost',
  'localhost@evil.com',
  'user:password@localhost',
  'localhost#.evil.com',
  'localhost?.evil.com',
  'localhost/.evil.com',
  'localhost\\.evil.com',
  '',
])('a request for the impossible host %s is refused in plain words', async (name) => {
  const { status, body } = await askAs(name);
  expect(status).toBe(400);
  expect(body).not.toMatch(/\bat \b|node_modules|TypeError/);
});

test('a request for no path is refused in plain words', async () => {
  const { status, body } = await askAs('localhost', { path: '*' });
  expect(status).toBe(400);
  expect(JSON.parse(body).errors[0].message).toBe('The request names no possible host or path.');
});

describe('a whole URL as the target of a request', () => {
  const query = '?query={__typename}';

  test.each([
    ['http://localhost:4000/graphql', 'localhost:4000'],
    ['HTTP://LOCALHOST/graphql', 'localhost'],
    ['https://127.0.0.1/graphql', '127.0.0.1'],
    ['http://localhost/graphql', 'evil.example'],
  ])('is answered as its path is: %s', async (target, name) => {
    const { status, body } = await askAs(name, { path: `${target}${query}` });
    expect([status, body]).toEqual([200, '{"data":{"__typename":"Query"}}']);
  });

  test('may have no path', async () => {
    for (const path of ['http://localhost', `http://localhost${query}`]) {
      expect(await askAs('localhost', { path })).toEqual({
        status: 404,
        body: expect.stringContaining('The GraphQL API is at /graphql.'),
      });
    }
  });

  test.each(['http://evil.example/health', 'https://evil.example:4000/health'])(
    'must have a name of this server: %s',
    async (path) => {
      expect((await askAs('localhost', { path })).status).toBe(421);
      expect((await askAs('localhost', { path, publicUrl: 'https://evil.example' })).status).toBe(200);
    },
  );

  test.each(['http://user@localhost/health', 'http:///health', 'ftp://localhost/health', 'http:/health'])(
    'must have a possible host and scheme: %s',
    async (path) => {
      expect((await askAs('localhost', { path })).status).toBe(400);
    },
  );

  test('has the host that origins of pages are compared with', async () => {
    const ask = (origin: string) =>
      askAs('localhost', {
        host: '0.0.0.0',
        path: `http://api.example/graphql${query}`,
        origin,
      });
    expect((await ask('http://localhost:5173')).status).toBe(403);
    expect((await ask('http://api.example')).status).toBe(200);
  });
});

test.each([
  ['localhost', 'evil.com'],
  ['evil.com', 'localhost'],
  ['localhost', 'localhost'],
])('a request for two hosts is refused: %s and %s', async (...names) => {
  for (const host of ['127.0.0.1', '0.0.0.0']) expect((await askAs(names, { host })).status).toBe(400);
});

test.each([
  '//evil.com/graphql?query={__typename}',
  '//health',
  '/x/graphql?query={__typename}',
  '/metrics/graphql',
  '/x?/graphql',
  '/graphql/x',
  '/x/health',
])('%s is not found', async (path) => {
  expect(await askAs('localhost', { path })).toEqual({
    status: 404,
    body: expect.stringContaining('The GraphQL API is at /graphql.'),
  });
});
