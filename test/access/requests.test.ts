import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { acceptKeys, parseApiKeys } from '../../src/http/authentication/api-keys.ts';
import { guardHost } from '../../src/http/limits/host-guard.ts';
import { listen } from '../support/listen.ts';
import { bearer, openTestApp } from '../support/test-app.ts';

const KEYS = ['service', 'reader', 'learner'].map((role) => ({
  name: `the ${role}`,
  role,
  sha256: createHash('sha256').update(`${role}-key`).digest('hex'),
}));

/** The URL of a server that accepts `service-key`, `reader-key` and `learner-key`. */
async function openServer(): Promise<string> {
  const { app } = await openTestApp({
    authenticate: acceptKeys(parseApiKeys(JSON.stringify(KEYS))),
    corsOrigins: ['https://app.example'],
  });
  return new URL(await listen(guardHost(app, { host: '127.0.0.1', publicUrl: null }))).origin;
}

describe('without credentials', () => {
  test.each([
    ['GET', '/graphql?query={profiles{edges{cursor}}}'],
    ['POST', '/graphql'],
    ['POST', '/graphql/'],
    ['GET', '/metrics'],
    ['HEAD', '/metrics'],
    ['POST', '/import/anki?profile=demo'],
    ['GET', '/export/demo.csv'],
    ['GET', '/anything-else'],
  ])('%s %s answers 401', async (method, path) => {
    const response = await fetch((await openServer()) + path, { method });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="dialog-pool"');
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test('probes, recordings, the way to GraphiQL and its page are open', async () => {
    const server = await openServer();
    const statusOf = async (path: string, headers = {}) =>
      (await fetch(server + path, { headers, redirect: 'manual' })).status;
    expect(await statusOf('/health')).toBe(200);
    expect(await statusOf('/ready')).toBe(200);
    expect(await statusOf(`/audio/${'a'.repeat(64)}.mp3`)).toBe(404);
    expect(await statusOf('/', { accept: 'text/html' })).toBe(302);
    expect(await statusOf('/graphql', { accept: 'text/html' })).toBe(200);
  });

  test('a browser may ask whether its page may send them, and read why they were refused', async () => {
    const server = await openServer();
    const origin = 'https://app.example';
    const preflight = await fetch(`${server}/graphql`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization');
    const refused = await fetch(`${server}/graphql`, { method: 'POST', headers: { origin } });
    expect(refused.status).toBe(401);
    expect(refused.headers.get('access-control-allow-origin')).toBe(origin);
    expect(refused.headers.get('access-control-expose-headers')).toContain('www-authenticate');
  });
});

test('no path but the endpoint leads to the API, also if there are no recordings', async () => {
  const server = await openServer();
  for (const path of [
    '/audio/graphql',
    '/export/graphql',
    '/audio/x/graphql',
    '/import/graphql',
    '//graphql',
  ]) {
    const response = await fetch(server + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...bearer('service-key') },
      body: JSON.stringify({ query: '{ __typename }' }),
    });
    expect(await response.text(), path).not.toContain('Query');
    expect([404, 405], path).toContain(response.status);
  }
});

describe('a key', () => {
  test('is known by its hash, and no other is', async () => {
    const server = await openServer();
    const statusOf = async (token: string) =>
      (await fetch(`${server}/graphql?query={__typename}`, { headers: bearer(token) })).status;
    expect(await statusOf('reader-key')).toBe(200);
    for (const wrong of ['reader-ke', 'reader-key2', KEYS[1]?.sha256 ?? '', 'Reader-key']) {
      expect(await statusOf(wrong)).toBe(401);
    }
  });

  test('of a service or a reader reads the metrics, and that of a learner does not', async () => {
    const server = await openServer();
    for (const [role, status] of Object.entries({ service: 200, reader: 200, learner: 403 })) {
      const response = await fetch(`${server}/metrics`, { headers: bearer(`${role}-key`) });
      expect(response.status, role).toBe(status);
    }
  });

  test.each([
    ['no JSON', '{', 'the file is not valid JSON'],
    ['no list', '{}', 'the file: must be a JSON list of keys'],
    ['an empty list', '[]', 'the file: must have a key'],
    ['another role', [{ ...KEYS[0], role: 'admin' }], 'key 1, role: must be one of service, reader, learner'],
    [
      'a key in place of its hash',
      [{ ...KEYS[0], sha256: 'x' }],
      'key 1, sha256: must be 64 hexadecimal digits',
    ],
    [
      'two mistakes',
      [
        { ...KEYS[0], role: 'admin' },
        { ...KEYS[1], sha256: 'x' },
      ],
      'key 1, role: must be one of service, reader, learner; key 2, sha256: must be 64 hexadecimal digits',
    ],
    [
      'one hash twice',
      [KEYS[0], { ...KEYS[1], sha256: KEYS[0]?.sha256.toUpperCase() }],
      'key 2, sha256: an earlier key has the same hash',
    ],
    [
      'a hash twice and other mistakes',
      [KEYS[0], { ...KEYS[1], role: 'admin' }, { ...KEYS[0], name: '' }],
      /^key 2, role: must be one of service, reader, learner; key 3, name: must have 1 to 255 .*; key 3, sha256: an earlier key has the same hash$/,
    ],
    [
      'more mistakes than are named',
      Array.from({ length: 15 }, () => ({ ...KEYS[0], sha256: 'x' })),
      /^key 1, sha256: .*; key 10, sha256: must be 64 hexadecimal digits; and 19 more$/,
    ],
    [
      'a misspelt field',
      [{ ...KEYS[0], roles: [] }],
      'key 1: must be an object with name, role and sha256, and no other fields',
    ],
    [
      'a key that is no object',
      [5],
      'key 1: must be an object with name, role and sha256, and no other fields',
    ],
    [
      'a key without a name and a hash',
      [{ role: 'reader' }],
      /^key 1, name: must have 1 to 255 characters, no control characters; key 1, sha256: must be 64 hexadecimal digits$/,
    ],
  ])('in a file with %s is refused with a reason', (_, content, message) => {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    expect(() => parseApiKeys(text)).toThrow(message);
  });
});
