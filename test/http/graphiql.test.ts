import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openTestApp } from '../support/test-app.ts';

const URL = 'http://127.0.0.1/graphql';
const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

describe('GraphiQL', () => {
  test('is served to browsers as a page that loads nothing from other hosts and has an opening document', async () => {
    const { app } = await openTestApp();
    const response = await app.fetch(URL, { headers: BROWSER });
    const page = await response.text();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-encoding')).toBe(null);
    expect(page).toContain('<title>Dialog pool</title>');
    expect(page).toContain('query ShowPool');
    expect(page).toContain('mutation TopUp');
    expect(externalLoads(page)).toEqual([]);
  });

  test('opens on a document whose lines fit its pane', async () => {
    const { app } = await openTestApp();
    const page = await (await app.fetch(URL, { headers: BROWSER })).text();
    const [, json = '""'] = /"defaultQuery":("(?:[^"\\]|\\.)*")/.exec(page) ?? [];
    const lines: string[] = JSON.parse(json).split('\n');
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.filter((line) => line.length >= 45)).toEqual([]);
  });

  test.each([{}, { accept: '*/*' }, { accept: 'application/json' }])(
    'is not served to other clients: %j',
    async (headers) => {
      const { app } = await openTestApp();
      const response = await app.fetch(URL, { headers });
      expect(response.status).toBe(400);
      expect(response.headers.get('content-type')).toContain('json');
      expect(await response.json()).toMatchObject({ errors: [{ message: 'Must provide query string.' }] });
    },
  );

  test('is compressed for clients that accept it', async () => {
    const { app } = await openTestApp();
    const plain = await app.fetch(URL, { headers: BROWSER });
    const packed = await app.fetch(URL, { headers: { ...BROWSER, 'accept-encoding': 'gzip, deflate, br' } });
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    const body = Buffer.from(await packed.arrayBuffer());
    const page = await plain.text();
    expect(gunzipSync(body).toString()).toBe(page);
    expect(body.length).toBeLessThan(page.length / 3);
    expect(packed.headers.get('vary')).toBe('accept, accept-encoding, origin');
  });

  test.each([
    ['gzip;q=0', null],
    ['gzip; q=0.000, deflate', null],
    ['x-gzip-like', null],
    ['GZIP;q=0.5', 'gzip'],
    ['deflate, gzip;q=1', 'gzip'],
  ])('is sent for the encodings %s in %s', async (encodings, expected) => {
    const { app } = await openTestApp();
    const response = await app.fetch(URL, { headers: { ...BROWSER, 'accept-encoding': encodings } });
    expect(response.headers.get('content-encoding')).toBe(expected);
    await response.arrayBuffer();
  });

  test('is cached by browsers, which ask whether it has changed', async () => {
    const { app } = await openTestApp();
    const first = await app.fetch(URL, { headers: { ...BROWSER, 'accept-encoding': 'gzip' } });
    await first.arrayBuffer();
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^W\/"[\w-]{22}"$/);
    expect(first.headers.get('cache-control')).toBe('no-cache');

    const again = await app.fetch(URL, { headers: { ...BROWSER, 'if-none-match': `W/"other", ${etag}` } });
    expect(again.status).toBe(304);
    expect(again.headers.get('etag')).toBe(etag);
    expect(await again.text()).toBe('');

    const changed = await app.fetch(URL, { headers: { ...BROWSER, 'if-none-match': 'W/"other"' } });
    expect(changed.status).toBe(200);
    await changed.arrayBuffer();
  });

  test('is described by HEAD without its body', async () => {
    const { app } = await openTestApp();
    const response = await app.fetch(URL, { method: 'HEAD', headers: BROWSER });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    await response.arrayBuffer();
  });

  test('may not be shown in a frame of another page', async () => {
    const { app } = await openTestApp();
    const response = await app.fetch(URL, { headers: BROWSER });
    expect(response.headers.get('x-frame-options')).toBe('DENY');
    await response.arrayBuffer();
  });
});

describe('the root', () => {
  test.each(['GET', 'HEAD'])('leads a browser to GraphiQL: %s', async (method) => {
    const { app } = await openTestApp();
    const response = await app.fetch('http://127.0.0.1/', { method, headers: BROWSER, redirect: 'manual' });
    expect(response.status).toBe(302);
    expect(response.headers.get('vary')).toBe('accept, origin');
    const location = response.headers.get('location') ?? '';
    expect(new globalThis.URL(location, 'http://127.0.0.1/').href).toBe(URL);
    // A proxy that serves the API below a path of its own takes the path away.
    expect(new globalThis.URL(location, 'https://a.example/pool/').href).toBe(
      'https://a.example/pool/graphql',
    );
    await response.text();
  });

  test.each([
    ['GET', {}],
    ['GET', { accept: '*/*' }],
    ['GET', { accept: 'application/json' }],
    ['POST', BROWSER],
  ])('tells other clients where the API is: %s %j', async (method, headers) => {
    const { app } = await openTestApp();
    const response = await app.fetch('http://127.0.0.1/', { method, headers });
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      errors: [
        {
          message: 'There is nothing here. The GraphQL API is at /graphql.',
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ],
    });
  });
});

describe('the check finds what a page would load from another host:', () => {
  test.each([
    '<script src="https://cdn.example/graphiql.js"></script>',
    "<link rel='stylesheet' href='//cdn.example/graphiql.css'>",
    '<style>@import "https://fonts.example/roboto.css";</style>',
    '<style>div { background: url(https://cdn.example/logo.png) }</style>',
    '<script>new Worker("https://cdn.example/worker.js")</script>',
    '<script type="module">import("https://esm.example/react")</script>',
    '<script type="module">import React from "https://esm.example/react";</script>',
  ])('%s', (page) => {
    expect(externalLoads(page)).not.toEqual([]);
  });
});

/** Everything in a page or its scripts that a browser would fetch from another host. */
function externalLoads(page: string): string[] {
  const elsewhere = String.raw`(?:https?:)?//[\w.-]+`;
  const ways = [
    String.raw`<(?:script|link|img|iframe|source)\b[^>]*?\b(?:src|href)=["']?${elsewhere}`,
    String.raw`@import\s+(?:url\()?["']?${elsewhere}`,
    String.raw`\burl\(\s*["']?${elsewhere}`,
    String.raw`\b(?:import|importScripts|fetch|Worker|SharedWorker)\(\s*["'\x60]${elsewhere}`,
    String.raw`\b(?:import|export)\b[\w\s{},*$]*?(?:\bfrom)?\s*["']${elsewhere}`,
  ];
  return ways.flatMap((way) => page.match(new RegExp(way, 'g')) ?? []);
}
