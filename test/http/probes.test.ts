import { expect, test } from 'vitest';
import type { App } from '../../src/http/app.ts';
import { openTestApp } from '../support/test-app.ts';

async function probe(app: App, path: string, method = 'GET') {
  const response = await app.fetch(`http://127.0.0.1${path}`, { method });
  return { status: response.status, body: await response.text() };
}

test('/health says that the process runs, whatever the store does', async () => {
  const { app, store } = await openTestApp();
  expect(await probe(app, '/health')).toEqual({ status: 200, body: '' });
  await store.close();
  expect(await probe(app, '/health')).toEqual({ status: 200, body: '' });
  expect(await probe(app, '/health', 'HEAD')).toEqual({ status: 200, body: '' });
});

test('/ready says that the store can be written', async () => {
  const { app } = await openTestApp();
  expect(await probe(app, '/ready')).toEqual({ status: 200, body: '' });
  expect(await probe(app, '/ready', 'HEAD')).toEqual({ status: 200, body: '' });
});

test('/ready says no, and not why, once the store is closed; the log says why', async () => {
  const { app, store, log } = await openTestApp();
  await store.close();
  expect(await probe(app, '/ready')).toEqual({ status: 503, body: '' });
  expect(log.lines.join('\n')).toMatch(/^warn not ready: the store cannot be written .*the store was closed/);
});

test('/ready says no while the server is stopping, and does not ask the store', async () => {
  let accepting = true;
  const { app, log } = await openTestApp({ accepting: () => accepting });
  accepting = false;
  expect(await probe(app, '/ready')).toEqual({ status: 503, body: '' });
  expect(log.lines).toEqual([]);
});

test('/metrics counts in the format of Prometheus', async () => {
  const { app } = await openTestApp();
  const response = await app.fetch('http://127.0.0.1/metrics');
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  const text = await response.text();
  expect(text).toContain('# TYPE dialog_pool_generator_calls_total counter');
  expect(text).toContain('process_resident_memory_bytes');
});

test('there is nothing under any other path', async () => {
  const { app } = await openTestApp();
  for (const path of ['/', '/index.html', '/graphq', '/.env', '/data/dialog-pool.sqlite']) {
    expect(await probe(app, path), path).toEqual({ status: 404, body: '' });
  }
});
