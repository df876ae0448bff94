import { expect, test } from 'vitest';
import { MAX_WATCHERS_PER_CALLER } from '../../src/pool/pool-changes.ts';
import { graphql } from '../generated/index.ts';
import { createCourse } from '../support/course.ts';
import { type EventStream, subscribe } from '../support/event-stream.ts';
import { newGate } from '../support/gate.ts';
import { listen } from '../support/listen.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { bearer, openTestApp, type TestApp, tempSqliteStore } from '../support/test-app.ts';
import { traced } from '../support/traced-store.ts';
import { until } from '../support/until.ts';
import { openIssuer } from './issuer.ts';

const Watch = graphql(`
  subscription WatchManyTimes { pool(profileId: "course") { unusedTotal } }
`);

const Wait = graphql(`
  mutation ClaimWithStreams { claimDialogs(profileId: "course", whenEmpty: WAIT) { id } }
`);

const RenameAndWait = graphql(`
  mutation RenameAndClaimWithStreams($isLast: Boolean!) {
    ... @skip(if: $isLast) { first: claimDialogs(profileId: "course", whenEmpty: WAIT) { id } }
    updateProfile(id: "course", input: { name: "Renamed" }) { name }
    claimDialogs(profileId: "course", whenEmpty: WAIT) @include(if: $isLast) { id }
  }
`);

const WaitBehindSkipped = graphql(`
  mutation ClaimBehindSkippedFields($never: Boolean!) {
    deleteProfile(id: "course") @include(if: $never)
    ... @include(if: $never) { updateProfile(id: "course", input: { name: "Renamed" }) { name } }
    ...Waits
  }
  fragment Waits on Mutation {
    first: deleteProfile(id: "course") @include(if: $never)
    claimDialogs(profileId: "course", whenEmpty: WAIT) { id }
  }
`);

async function opened() {
  const issuer = await openIssuer();
  const written = newGate();
  const { store, calls } = traced(await tempSqliteStore());
  const generator = scriptedGenerator(undefined, { turn: () => written.opened });
  const app = await openTestApp({ store, generator, authenticate: issuer.authenticate });
  await createCourse(store, { teaching: 99, minDialogs: 2, ownerId: 'one' });
  const tokens = await Promise.all([
    issuer.token('one', 'learner'),
    issuer.token('other', 'reader'),
    issuer.token('backend', 'service'),
  ]);
  return { app, calls, written, tokens };
}

/** Subscribes. @returns the response, of whose body nothing was read */
async function ask(
  app: TestApp,
  token: string,
  signal: AbortSignal | null = null,
  accept = 'text/event-stream',
): Promise<Response> {
  return app.app.fetch('http://127.0.0.1/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, ...bearer(token) },
    body: JSON.stringify({ query: Watch.toString() }),
    signal,
  });
}

/** Subscribes, and waits for the first event. */
async function opensStream(app: TestApp, token: string): Promise<EventStream<unknown>> {
  const stream = await subscribe(app, Watch, {}, token);
  await stream.next();
  return stream;
}

test('a learner or a reader can have 50 open streams, and others can have theirs', async () => {
  const { app, tokens } = await opened();
  const streams: EventStream<unknown>[] = [];
  for (let i = 0; i < MAX_WATCHERS_PER_CALLER; i += 1) streams.push(await opensStream(app, tokens[0]));
  const refused = await ask(app, tokens[0]);
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('5');
  const text = await refused.text();
  expect(text).toContain('You have 50 open subscriptions and waiting claims, and may not have more.');
  expect(text).toContain('"code":"TOO_MANY_REQUESTS","retryable":true');
  await (await opensStream(app, tokens[1])).hangUp();

  for (let i = 0; i <= MAX_WATCHERS_PER_CALLER; i += 1) streams.push(await opensStream(app, tokens[2]));

  await streams.shift()?.hangUp();
  streams.push(await opensStream(app, tokens[0]));
  for (const stream of streams) await stream.hangUp();
});

test('clients that leave before their first event give their places back', async () => {
  const { app, tokens } = await opened();
  for (let i = 0; i <= MAX_WATCHERS_PER_CALLER; i += 1) {
    const leaving = new AbortController();
    const { status } = await ask(app, tokens[0], leaving.signal);
    expect(status).toBe(200);
    leaving.abort();
  }
  await (await opensStream(app, tokens[0])).hangUp();
});

test('subscriptions that are refused because their client accepts no stream give their places back', async () => {
  const { app, tokens } = await opened();
  for (let i = 0; i <= MAX_WATCHERS_PER_CALLER; i += 1) {
    expect((await ask(app, tokens[0], null, 'application/json')).status).toBe(406);
  }
  await (await opensStream(app, tokens[0])).hangUp();
});

test('subscriptions by HEAD are answered at once and give their places back', async () => {
  const { app, tokens } = await opened();
  const url = `${await listen(app.app)}?query=${encodeURIComponent(Watch.toString())}`;
  const headers = { accept: 'text/event-stream', ...bearer(tokens[0]) };
  for (let i = 0; i <= MAX_WATCHERS_PER_CALLER; i += 1) {
    const response = await fetch(url, { method: 'HEAD', headers });
    expect([response.status, await response.text()]).toEqual([200, '']);
  }
  await (await opensStream(app, tokens[0])).hangUp();
});

test('claims that wait count as open streams, and those that need not wait are never refused', async () => {
  const { app, calls, written, tokens } = await opened();
  const streams: EventStream<unknown>[] = [];
  for (let i = 0; i < MAX_WATCHERS_PER_CALLER - 2; i += 1) streams.push(await opensStream(app, tokens[0]));
  const claims = [app.ask(Wait, {}, tokens[0]), app.ask(Wait, {}, tokens[0])];
  // Each tries, and the first of those that wait tries again because one has come.
  await until(() => calls.filter(({ name }) => name === 'claimDialogs').length >= 4);
  const { data, errors, status } = await app.send(Wait, {}, tokens[0]);
  expect({ data, status }).toEqual({ data: null, status: 429 });
  expect(errors).toMatchObject([{ extensions: { code: 'TOO_MANY_REQUESTS', retryable: true } }]);
  await expect(subscribe(app, Watch, {}, tokens[0]).then((stream) => stream.next())).rejects.toThrow(
    'TOO_MANY_REQUESTS',
  );
  written.open();
  for (const { claimDialogs } of await Promise.all(claims)) expect(claimDialogs).toHaveLength(1);
  streams.push(await opensStream(app, tokens[0]), await opensStream(app, tokens[0]));
  await app.pool.ensureDialogs('course', 2);
  expect((await app.ask(Wait, {}, tokens[0])).claimDialogs).toHaveLength(1);
  for (const stream of streams) await stream.hangUp();
});

test('a refused claim is sent with the status 429 only if nothing of its operation has taken effect', async () => {
  const { app, tokens } = await opened();
  const streams: EventStream<unknown>[] = [];
  for (let i = 0; i < MAX_WATCHERS_PER_CALLER; i += 1) streams.push(await opensStream(app, tokens[0]));
  const refused = async (isLast: boolean) => {
    const { status, errors } = await app.send(RenameAndWait, { isLast }, tokens[0]);
    expect(errors).toMatchObject([{ extensions: { code: 'TOO_MANY_REQUESTS', retryable: true } }]);
    const [profile] = await app.store.profiles(['course']);
    return { status, name: profile?.name };
  };
  expect(await refused(false)).toEqual({ status: 429, name: 'Course' });
  expect(await refused(true)).toEqual({ status: 200, name: 'Renamed' });
  // Fields that are left out have no effect.
  expect((await app.send(WaitBehindSkipped, { never: false }, tokens[0])).status).toBe(429);
  for (const stream of streams) await stream.hangUp();
});
