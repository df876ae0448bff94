import { join } from 'node:path';
import Libsql from 'libsql';
import { expect, onTestFinished, test } from 'vitest';
import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts';
import { systemClock } from '../../src/adapters/system/system-clock.ts';
import type { App } from '../../src/http/app.ts';
import { listen } from '../support/listen.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { openTestApp, tempSqliteStore } from '../support/test-app.ts';
import { traced } from '../support/traced-store.ts';

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

test.each(['/health', '/ready'])('%s is asked by its path, whatever follows', async (path) => {
  const { app } = await openTestApp();
  expect(await probe(app, `${path}?x`)).toEqual({ status: 200, body: '' });
  expect(await probe(app, `/${path}`)).toEqual({
    status: 404,
    body: expect.stringContaining('The GraphQL API is at /graphql.'),
  });
  const answer = await probe(app, `/graphql?query={__typename}&x=${path}`);
  expect(answer.body).toBe('{"data":{"__typename":"Query"}}');
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

/** A clock whose pauses end when the test ends them. */
function pausingClock() {
  const pauses: { ms: number; end: () => void }[] = [];
  const sleep = (ms: number, signal?: AbortSignal) =>
    new Promise<void>((end) => {
      pauses.push({ ms, end });
      signal?.addEventListener('abort', () => end());
    });
  return { pauses, clock: { ...systemClock, sleep } };
}

test('/ready remembers for two seconds that the store could be written', async () => {
  const { store, calls } = traced(await tempSqliteStore());
  const { pauses, clock } = pausingClock();
  const { app } = await openTestApp({ store, clock });
  const statuses = async () => Promise.all([1, 2, 3].map(async () => (await probe(app, '/ready')).status));
  expect(await statuses()).toEqual([200, 200, 200]);
  expect(await statuses()).toEqual([200, 200, 200]);
  expect(calls.map(({ name }) => name)).toEqual(['checkWritable']);
  for (const { ms, end } of pauses) if (ms === 2_000) end();
  await new Promise(setImmediate);
  expect(await statuses()).toEqual([200, 200, 200]);
  expect(calls).toHaveLength(2);
});

test('/ready does not remember that the store could not be written', async () => {
  const { store, calls } = traced(await tempSqliteStore());
  const { app } = await openTestApp({ store });
  await store.close();
  for (let asked = 0; asked < 3; asked += 1) expect((await probe(app, '/ready')).status).toBe(503);
  expect(calls.filter(({ name }) => name === 'checkWritable')).toHaveLength(3);
});

test('/ready says no after three seconds in which the store does not answer', async () => {
  const path = join(await tempFolder(), 'pool.sqlite');
  const store = await openSqliteStore({ path, lockWaitMs: 3_600_000 });
  const other = new Libsql(path);
  other.exec('BEGIN IMMEDIATE');
  onTestFinished(async () => {
    await store.close();
    other.close();
  });
  const { pauses, clock } = pausingClock();
  const { app } = await openTestApp({ store, clock });
  const asking = probe(app, '/ready');
  await expect.poll(() => pauses.map(({ ms }) => ms)).toEqual([3_000]);
  pauses[0]?.end();
  expect(await asking).toEqual({ status: 503, body: '' });
  other.exec('COMMIT');
  await expect.poll(async () => (await probe(app, '/ready')).status).toBe(200);
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

test.each(['POST', 'PUT', 'DELETE'])('/metrics can only be read, not by %s', async (method) => {
  const { app } = await openTestApp();
  const response = await fetch(new URL('/metrics', await listen(app)), { method });
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  expect(await response.json()).toEqual({
    errors: [
      {
        message: 'Metrics can only be read, by GET or HEAD.',
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ],
  });
});

test('any other path is not found', async () => {
  const { app } = await openTestApp();
  for (const path of ['/index.html', '/graphq', '/.env', '/data/dialog-pool.sqlite']) {
    expect(await probe(app, path), path).toEqual({
      status: 404,
      body: expect.stringContaining('The GraphQL API is at /graphql.'),
    });
  }
});
