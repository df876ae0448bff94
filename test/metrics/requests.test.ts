import { expect, onTestFinished, test } from 'vitest';
import { logRequests } from '../../src/http/access-log.ts';
import { guardHost } from '../../src/http/limits/host-guard.ts';
import { answerInOrder } from '../../src/http/pipelined-requests.ts';
import { serve } from '../../src/http/serve.ts';
import { startInTurn } from '../../src/http/start-in-turn.ts';
import { createCourse } from '../support/course.ts';
import { newGate } from '../support/gate.ts';
import { metricsIn, startingWith } from '../support/metrics.ts';
import { movableClock } from '../support/movable-clock.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { openTestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const TOP_UP = 'mutation { ensureDialogs(profileId: "course", min: 1) { outcome } }';
const WATCH = 'subscription { pool(profileId: "course") { unusedTotal } }';

/** The app behind a server of its own, as `main.ts` composes them. */
async function served(requestsPerMinute: number | null = null) {
  const clock = movableClock();
  const written = newGate();
  const generator = scriptedGenerator(undefined, { turn: () => written.opened });
  const app = await openTestApp({ clock, generator, requestsPerMinute });
  await createCourse(app.store, { teaching: 3 });
  const listener = answerInOrder(startInTurn(guardHost(app.app, { host: '127.0.0.1', publicUrl: null })));
  let ids = 0;
  const newId = () => `id-${++ids}`;
  const { url, stop } = await serve(logRequests(listener, { log: app.log, clock, newId }), '127.0.0.1', 0);
  onTestFinished(stop);
  const get = (path: string, init: RequestInit = {}) => fetch(url + path, init);
  return {
    ...app,
    clock,
    generator,
    written,
    get,
    post: (query: string, init: RequestInit = {}) =>
      get('/graphql', { method: 'POST', headers: JSON_TYPE, body: JSON.stringify({ query }), ...init }),
    /** How many requests were measured of each operation and outcome. */
    async counts() {
      const metrics = metricsIn(await (await app.app.fetch('http://127.0.0.1/metrics')).text());
      const counts = startingWith(metrics, 'graphql_request_duration_seconds_count');
      return Object.fromEntries(
        Object.entries(counts).map(([series, count]) => {
          const [, operation, outcome] = /\{operation="(\w+)",outcome="(\w+)"\}$/.exec(series) ?? [];
          return [`${operation} ${outcome}`, count];
        }),
      );
    },
  };
}

test('requests are counted by operation and outcome, and their time by buckets', async () => {
  const { app, post, clock, generator, written, counts } = await served();
  await post('{ profile(id: "course") { name } }');
  expect(await counts()).toEqual({ 'query ok': 1 });
  const toppingUp = post(TOP_UP);
  await until(() => generator.asked.length > 0);
  clock.move(700);
  written.open();
  await toppingUp;
  expect(await counts()).toEqual({ 'query ok': 1, 'mutation ok': 1 });
  const metrics = metricsIn(await (await app.fetch('http://127.0.0.1/metrics')).text());
  const series = (end: string) => `graphql_request_duration_seconds_${end}`;
  expect(metrics).toMatchObject({
    [series('bucket{le="0.001",operation="query",outcome="ok"}')]: 1,
    [series('bucket{le="0.5",operation="mutation",outcome="ok"}')]: 0,
    [series('bucket{le="1",operation="mutation",outcome="ok"}')]: 1,
    [series('sum{operation="mutation",outcome="ok"}')]: 0.7,
  });
});

test.each([
  [
    'a mistake in what is asked for',
    '{ profile(id: "course") { words(first: 101) { edges { cursor } } } }',
    'query client_error',
  ],
  [
    'an id that does not exist',
    'mutation { ensureDialogs(profileId: "nobody") { outcome } }',
    'mutation client_error',
  ],
  [
    'a subscription that is refused',
    'subscription { pool(profileId: "nobody") { min } }',
    'subscription client_error',
  ],
  ['a document that cannot be parsed', '{', 'unknown client_error'],
  ['a document that is not valid', '{ nothing }', 'unknown client_error'],
])('%s is an error of the client', async (_, query, expected) => {
  const { post, counts } = await served();
  await (await post(query)).text();
  expect(await counts()).toEqual({ [expected]: 1 });
});

test('a request that a limit refuses is limited', async () => {
  const { post, get, counts } = await served(1);
  await post('{ __typename }');
  expect((await post('{ __typename }')).status).toBe(429);
  expect((await get('/export/course.csv')).status).toBe(429);
  expect(await counts()).toEqual({ 'query ok': 1, 'unknown limited': 1 });
});

test('a store that does not answer is an error of the server', async () => {
  const { post, store, counts } = await served();
  await store.close();
  await post('mutation { deleteProfile(id: "course") }');
  expect(await counts()).toEqual({ 'mutation server_error': 1 });
});

test('a client that leaves before its answer is ready has aborted its request', async () => {
  const { post, generator, written, counts, log } = await served();
  const leaving = new AbortController();
  const left = post(TOP_UP, { signal: leaving.signal }).catch(() => 'left');
  await until(() => generator.asked.length > 0);
  leaving.abort();
  expect(await left).toBe('left');
  await until(() => log.lines.some((line) => line.includes('"aborted":true')));
  written.open();
  await until(async () => Object.keys(await counts()).length > 0);
  expect(await counts()).toEqual({ 'mutation aborted': 1 });
});

test('a subscription is counted when its stream begins, and not again when it ends', async () => {
  const { post, counts, log } = await served();
  const stream = await post(WATCH, { headers: { ...JSON_TYPE, accept: 'text/event-stream' } });
  expect(await counts()).toEqual({ 'subscription ok': 1 });
  await stream.body?.cancel();
  await until(() => log.lines.some((line) => line.includes('"operationType":"subscription"')));
  expect(await counts()).toEqual({ 'subscription ok': 1 });
});

test('what is no request of GraphQL is not counted', async () => {
  const { get, counts } = await served();
  const preflight = { origin: 'http://localhost:3000', 'access-control-request-method': 'POST' };
  for (const [path, init] of [
    ['/graphql', { headers: { accept: 'text/html' } }],
    ['/graphql', { method: 'OPTIONS', headers: preflight }],
    ['/health', {}],
    ['/metrics', {}],
    ['/export/nobody.csv', {}],
    ['/nothing', {}],
  ] as const)
    await (await get(path, init)).arrayBuffer();
  expect(await counts()).toEqual({});
});
