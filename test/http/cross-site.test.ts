import { describe, expect, test } from 'vitest';
import { createCourse } from '../support/course.ts';
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
  ])('may call where they are named, or served by this machine: %s', async (origin) => {
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
  ])('may not call otherwise: %s', async (origin) => {
    const { app } = await openTestApp({ corsOrigins: ['https://app.example.com'] });
    for (const init of [preflight(origin), { headers: { origin } }]) {
      const response = await app.fetch(`${URL}?query={__typename}`, init);
      expect(response.headers.get('access-control-allow-origin')).toBe(null);
      await response.text();
    }
  });

  test.each(['', '/'])('cannot get at a request that needs no leave, under %s', async (end) => {
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
      const headers = { origin: 'https://evil.example', ...(type !== null && { 'content-type': type }) };
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
