import { describe, expect, test } from 'vitest';
import { createCourse } from '../support/course.ts';
import { listen } from '../support/listen.ts';
import { openObservedStore } from '../support/observed-store.ts';
import { openTestApp } from '../support/test-app.ts';

const URL = 'http://127.0.0.1/graphql';
const DELETE = 'mutation { deleteProfile(id: "course") }';

function preflight(origin: string): RequestInit {
  return {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
    },
  };
}

describe('pages of other origins', () => {
  test.each([
    'https://app.example.com',
    'http://localhost:5173',
    'http://127.0.0.1:3000',
    'http://[::1]:8080',
  ])('may call if they are named or served by this machine: %s', async (origin) => {
    const { app } = await openTestApp({ corsOrigins: ['https://app.example.com'] });
    const asked = await app.fetch(URL, preflight(origin));
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-origin')).toBe(origin);
    expect(asked.headers.get('access-control-allow-methods')).toContain('POST');
    expect(asked.headers.get('access-control-allow-headers')).toContain('content-type');
    expect(asked.headers.get('access-control-allow-credentials')).not.toBe('true');

    const called = await app.fetch(URL, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/json' },
      body: '{"query":"{ __typename }"}',
    });
    expect(called.headers.get('access-control-allow-origin')).toBe(origin);
    expect(called.headers.get('vary')).toBe('origin');
    expect(called.headers.get('access-control-expose-headers')).toBe(
      'x-request-id, www-authenticate, retry-after',
    );
    expect(await called.json()).toEqual({ data: { __typename: 'Query' } });
  });

  test.each([
    'https://evil.example',
    'https://app.example.com.evil.example',
    'http://app.example.com',
    'https://app.example.com:8443',
    'http://localhost.evil.example',
    'http://127.0.0.1.evil.example',
    'null',
    'ftp://localhost',
    'chrome-extension://localhost',
    'file://localhost',
    '',
  ])('may not call otherwise: %s', async (origin) => {
    const { app } = await openTestApp({ corsOrigins: ['https://app.example.com'] });
    for (const init of [preflight(origin), { headers: { origin } }]) {
      const response = await app.fetch(`${URL}?query={__typename}`, init);
      expect(response.headers.get('access-control-allow-origin')).toBe(null);
      expect(await response.text()).not.toContain('"data"');
    }
  });

  test.each([
    ['a foreign origin', { origin: 'https://evil.example' }],
    ['no origin', { origin: 'null' }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another site, as an image', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
    [
      'another site, as a link that is no page',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
    ],
    [
      'another site and a foreign origin, as a form',
      {
        'sec-fetch-site': 'cross-site',
        'sec-fetch-mode': 'navigate',
        accept: 'text/html',
        origin: 'https://evil.example',
      },
    ],
  ])('are refused before their request is read: %s', async (_, headers) => {
    const { store, during } = await openObservedStore();
    await createCourse(store);
    const { app } = await openTestApp({ store, corsOrigins: ['https://app.example.com'] });
    const json = { 'content-type': 'application/json' };
    const { calls } = await during(async () => {
      for (const [url, init] of [
        [URL, { method: 'POST', headers: { ...headers, ...json }, body: JSON.stringify({ query: DELETE }) }],
        [URL, { method: 'POST', headers: { ...headers, ...json }, body: 'no JSON' }],
        [`${URL}?query={profile(id:"course"){id}}`, { headers }],
        ['http://127.0.0.1/metrics', { headers }],
      ] as const) {
        const response = await app.fetch(url, init);
        expect(response.status).toBe(403);
        expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
      }
    });
    expect(calls).toEqual([]);
  });

  test.each<[what: string, target: string, init: RequestInit]>([
    ['a query', '?query={__typename}', {}],
    ['a question for permission', '', { method: 'OPTIONS' }],
    ['a path that is not served', '/nothing', {}],
    ['GraphiQL', '', { headers: { accept: 'text/html' } }],
  ])('are answered so that a cache keeps the answers to origins apart: %s', async (_, target, init) => {
    const { app } = await openTestApp({ corsOrigins: ['https://app.example.com'] });
    const url = `${await listen(app)}${target}`;
    for (const origin of ['https://app.example.com', 'https://evil.example', null]) {
      const headers = new Headers(init.headers);
      if (origin !== null) headers.set('origin', origin);
      const response = await fetch(url, { ...init, headers });
      expect(response.headers.get('vary'), String(origin)).toMatch(/\borigin\b/i);
      const allowed = response.headers.get('access-control-allow-origin');
      expect(allowed).toBe(origin === 'https://app.example.com' ? origin : null);
      await response.arrayBuffer();
    }
  });

  test('get GraphiQL in the form that they accept, although it also depends on their origin', async () => {
    const { app } = await openTestApp();
    const headers = { accept: 'text/html', origin: 'http://localhost:3000' };
    const response = await app.fetch(URL, { headers });
    expect(response.headers.get('vary')).toBe('accept, accept-encoding, origin');
    await response.arrayBuffer();
  });

  test('may call from another site if they are named', async () => {
    const { app } = await openTestApp({ corsOrigins: ['https://app.example.com'] });
    const headers = {
      origin: 'https://app.example.com',
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'cors',
    };
    const response = await app.fetch(`${URL}?query={__typename}`, { headers });
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
  });

  test.each(['same-origin', 'same-site', 'none'])('a page of its own may call: %s', async (site) => {
    const { app } = await openTestApp({ publicUrl: 'https://pool.example' });
    for (const origin of [{}, { origin: 'https://pool.example' }, { origin: 'http://127.0.0.1' }]) {
      const headers = { 'sec-fetch-site': site, ...origin };
      const response = await app.fetch(`${URL}?query={__typename}`, { headers });
      expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
    }
  });

  test('pages of this machine may not call a server that is reached by another name', async () => {
    const { app } = await openTestApp();
    const ask = (origin: string) =>
      app.fetch('http://api.example/graphql?query={__typename}', { headers: { origin } });
    expect((await ask('http://localhost:5173')).status).toBe(403);
    expect((await ask('https://api.example')).status).toBe(200);
  });

  test('a link from another site opens GraphiQL, and executes nothing', async () => {
    const { app } = await openTestApp();
    const headers = {
      accept: 'text/html,*/*;q=0.8',
      'accept-encoding': 'gzip',
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    };
    const response = await app.fetch(`${URL}?query={__typename}`, { headers });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    await response.arrayBuffer();
  });

  test.each(['', '/'])('cannot use a request that needs no preflight, under %s', async (end) => {
    const { app, store } = await openTestApp();
    await createCourse(store);
    const form = new FormData();
    form.set('operations', JSON.stringify({ query: DELETE }));
    const simple: readonly [contentType: string | null, body: BodyInit][] = [
      ['text/plain', JSON.stringify({ query: DELETE })],
      ['text/plain;charset=UTF-8', JSON.stringify({ query: DELETE })],
      ['text/plain; x=application/json', JSON.stringify({ query: DELETE })],
      ['application/x-www-form-urlencoded', new URLSearchParams({ query: DELETE }).toString()],
      [null, form],
      ['application/graphql', DELETE],
      ['', JSON.stringify({ query: DELETE })],
    ];
    for (const [type, body] of simple) {
      const headers = { ...(type !== null && { 'content-type': type }) };
      const response = await app.fetch(`${URL}${end}`, { method: 'POST', headers, body });
      expect(response.status, type ?? 'multipart').toBe(415);
      expect(await response.json()).toEqual({
        errors: [
          { message: 'Send the request as application/json.', extensions: { code: 'BAD_USER_INPUT' } },
        ],
      });
    }
    expect(await store.profiles(['course'])).toMatchObject([{ id: 'course' }]);
  });
});
