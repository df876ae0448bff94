import { expect, test } from 'vitest';
import { prometheusMeter } from '../../src/adapters/prometheus/prometheus-meter.ts';
import { systemClock } from '../../src/adapters/system/system-clock.ts';
import { StoreUnavailable } from '../../src/model/errors.ts';
import { runWithRequest } from '../../src/ports/request.ts';
import type { Store } from '../../src/ports/store.ts';
import type { RequestInfo } from '../../src/ports/work-context.ts';
import { graphql } from '../generated/index.ts';
import { createCourse } from '../support/course.ts';
import { listen } from '../support/listen.ts';
import { openTestApp, tempSqliteStore } from '../support/test-app.ts';

const Both = graphql(`
  query ReadForMasking($id: ID!) {
    profile(id: $id) { name }
    profiles { edges { node { id pool { unusedTotal } } } }
  }
`);

const Rename = graphql(`
  mutation RenameForMasking($id: ID!) {
    updateProfile(id: $id, input: { name: "New" }) { name }
  }
`);

/** A store with a method that fails. */
async function storeThatThrows(method: keyof Store, error: unknown): Promise<Store> {
  const store = await tempSqliteStore();
  await createCourse(store);
  const fail = () => Promise.reject(error);
  return { ...store, [method]: fail };
}

const MISTAKE = 'mistaken: profile(id: "course") { words(first: 101) { edges { node { id } } } }';
const FAULT = 'failing: profile(id: "course") { topUp(id: "any") { id } }';

const MASKED = 'Something went wrong on the server. It has been logged.';

test.each([
  ['an error', new Error('SQLITE_MISUSE in /srv/data/dialog-pool.sqlite: token=secret')],
  ['an error with a code of its own', Object.assign(new TypeError('secret'), { code: 'SECRET' })],
  ['something that is no error', 'a secret text'],
  ['nothing', undefined],
])('%s that is unexpected is masked in the answer and logged with its details', async (_, error) => {
  const { send, log } = await openTestApp({ store: await storeThatThrows('profiles', error) });
  const { data, errors } = await send(Both, { id: 'course' });
  expect(data).toEqual({
    profile: null,
    profiles: { edges: [{ node: { id: 'course', pool: { unusedTotal: 0 } } }] },
  });
  expect(errors).toEqual([
    {
      message: MASKED,
      path: ['profile'],
      locations: [expect.anything()],
      extensions: { code: 'INTERNAL_SERVER_ERROR' },
    },
  ]);
  expect(log.lines).toHaveLength(1);
  expect(log.lines[0]).toMatch(/^error an unexpected error/);
  if (error instanceof Error) {
    expect(log.lines[0]).toContain(error.message);
    expect(log.lines[0]).toContain('masking.test.ts');
  }
});

test.each([
  [MISTAKE, FAULT],
  [FAULT, MISTAKE],
])('a fault of the server is told of a request before a mistake: %s', async (...fields) => {
  const store = await storeThatThrows('topUpRecords', new StoreUnavailable(new Error('no disk')));
  const { app } = await openTestApp({ store });
  const info: RequestInfo = { id: 'one', began: 0, network: 'one', caller: 'one' };
  const response = await runWithRequest(info, () =>
    app.fetch('http://127.0.0.1/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: `{ ${fields.join(' ')} }` }),
    }),
  );
  expect((await response.json()).errors).toHaveLength(2);
  expect(info.error).toEqual({ code: 'STORE_UNAVAILABLE', isFault: true });
});

test.each(['', 'x'])('a long message that quotes a value is cut between two characters', async (first) => {
  const { app } = await openTestApp();
  const query = 'query CutValue($min: Int!) { profiles(first: $min) { edges { cursor } } }';
  const response = await app.fetch('http://localhost/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables: { min: `${first}${'😀'.repeat(1_000)}` } }),
  });
  const { errors } = JSON.parse(await response.text());
  expect(errors[0].message).toMatch(/😀.?…$/u);
  expect(errors[0].message.isWellFormed()).toBe(true);
});

test('a mutation that failed without anyone foreseeing it has no data', async () => {
  const store = await storeThatThrows('updateProfile', new RangeError('secret'));
  const { send } = await openTestApp({ store });
  const { data, errors } = await send(Rename, { id: 'course' });
  expect(data).toBe(null);
  expect(errors).toMatchObject([{ message: MASKED, extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
});

test('a store that does not answer is reported with its own code, and as retryable', async () => {
  const { send, store, log } = await openTestApp();
  await createCourse(store);
  await store.close();
  for (const answer of [await send(Both, { id: 'course' }), await send(Rename, { id: 'course' })]) {
    expect(answer.errors[0]).toMatchObject({
      message: 'The store is not available just now. Send the same request again in a moment.',
      extensions: { code: 'STORE_UNAVAILABLE', retryable: true },
    });
    expect(Object.keys(answer.errors[0]?.extensions ?? {})).toEqual(['code', 'retryable']);
  }
  expect(log.lines[0]).toMatch(/^warn the store did not answer .*the store was closed/);
});

test('a mistake of the caller is reported and not logged', async () => {
  const { send, log } = await openTestApp();
  const { errors } = await send(Rename, { id: 'nobody' });
  expect(errors).toMatchObject([
    {
      message: 'There is no profile with the id "nobody". Query `profiles` to list those that exist.',
      path: ['updateProfile'],
      extensions: { code: 'PROFILE_NOT_FOUND' },
    },
  ]);
  expect(log.lines).toEqual([]);
});

test.each([
  ['while credentials are checked', '/graphql?query={__typename}', { authenticate: fail }],
  ['outside of GraphQL', '/metrics', { meter: { ...prometheusMeter(systemClock), report: fail } }],
])('an unexpected error %s is masked and logged too', async (_, target, options) => {
  const { app, log } = await openTestApp(options);
  const response = await fetch(new URL(target, await listen(app)), {
    headers: { authorization: 'Bearer token' },
  });
  expect(response.status).toBe(500);
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(await response.json()).toEqual({
    errors: [{ message: MASKED, extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
  });
  expect(log.lines).toEqual([expect.stringMatching(/^error an unexpected error .*in \/srv\/data/)]);
});

async function fail(): Promise<never> {
  throw new Error('a secret in /srv/data');
}
