import fc from 'fast-check';
import { getIntrospectionQuery } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import { expect, test } from 'vitest';
import { schema } from '../../src/graphql/schema.ts';
import type { App } from '../../src/http/app.ts';
import { useCompiledQueries } from '../../src/http/compiled-queries.ts';
import { StoreUnavailable } from '../../src/model/errors.ts';
import { createCourse } from '../support/course.ts';
import { openObservedStore } from '../support/observed-store.ts';
import { runs } from '../support/runs.ts';
import { openTestApp } from '../support/test-app.ts';
import { randomQuery } from './random-query.ts';

/** The text of the response. */
async function post({ fetch }: Pick<App, 'fetch'>, request: object): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch('http://127.0.0.1/graphql', {
    method: 'POST',
    headers,
    body: JSON.stringify(request),
  });
  return response.text();
}

test('a query that comes again gets the answer that it got the first time, to the letter', async () => {
  const { app, store, pool } = await openTestApp();
  await createCourse(store, { teaching: 6, pending: 4, learned: 2 });
  await createCourse(store, { id: 'empty' });
  await pool.ensureDialogs('course', 7);
  await pool.claimDialogs('course', { count: 2 });
  await pool.ensureDialogs('course', 6);
  // Nothing changes from here on.
  await pool.finish(10_000);

  let withErrors = 0;
  let withData = 0;
  await fc.assert(
    fc.asyncProperty(randomQuery(schema), async (request) => {
      const first = await post(app, request);
      for (let time = 1; time < 4; time += 1) expect(await post(app, request)).toBe(first);
      if (first.includes('"errors"')) withErrors += 1;
      if (first.includes('"edges":[{') || first.includes('"edges2":[{')) withData += 1;
    }),
    { numRuns: runs({ usual: 100, deep: 2_000 }), seed: 5 },
  );
  expect(withErrors).toBeGreaterThan(10);
  expect(withData).toBeGreaterThan(10);
});

test('introspection that comes again gets the answer that it got the first time', async () => {
  const { app } = await openTestApp();
  const request = { query: getIntrospectionQuery({ specifiedByUrl: true, inputValueDeprecation: true }) };
  const first = await post(app, request);
  expect(first).toContain('"name":"EnsureDialogsPayload"');
  expect(await post(app, request)).toBe(first);
  expect(await post(app, request)).toBe(first);
});

test('a number that another program has stored and GraphQL cannot send is a fault of the server, however often the query comes', async () => {
  const { app, store, log } = await openTestApp();
  await createCourse(store, { minDialogs: 4_000_000_000 });
  const request = { query: '{ profile(id: "course") { pool { min } } }' };
  const first = await post(app, request);
  expect(JSON.parse(first).errors).toMatchObject([
    { path: ['profile', 'pool', 'min'], extensions: { code: 'INTERNAL_SERVER_ERROR' } },
  ]);
  expect(first).not.toContain('4000000000');
  for (let time = 1; time < 4; time += 1) expect(await post(app, request)).toBe(first);
  expect(log.lines.filter((line) => line.includes('an unexpected error'))).toHaveLength(4);
});

test('enums are sent by their names, however often the query comes', async () => {
  const { app, store, pool } = await openTestApp();
  await createCourse(store, { teaching: 2 });
  const [dialog] = (await pool.ensureDialogs('course', 1)).created;
  await post(app, { query: 'mutation { startTopUp(profileId: "course", min: 5) { id } }' });
  await pool.finish(10_000);
  const results = `results: [{ wordId: "${dialog?.wordId}", grade: AGAIN }]`;
  await post(app, {
    query: `mutation {
      markDialogUsed(profileId: "course", dialogId: "${dialog?.id}") { id }
      reviewDialog(profileId: "course", dialogId: "${dialog?.id}", ${results}) { dialog { id } }
    }`,
  });
  const query = `{ profile(id: "course") {
    level wordOrder wordProgress
    words { edges { node { state } } }
    dialogs(isUsed: true) { edges { node { review { results { grade } } } } }
    topUps { edges { node { state outcome skipped { reason } } } }
  } }`;
  const first = await post(app, { query });
  for (const value of [
    'A2',
    'RANDOM',
    'MANUAL',
    'TEACHING',
    'AGAIN',
    'ENDED',
    'WORDS_EXHAUSTED',
    'HAS_UNUSED_DIALOG',
  ])
    expect(first).toContain(`:"${value}"`);
  for (let time = 1; time < 4; time += 1) expect(await post(app, { query })).toBe(first);
});

const profileName = 'query Name { profile(id: "course") { name } }';

test('a name that no operation has is refused, however often the query comes', async () => {
  const { app } = await openTestApp();
  for (let time = 0; time < 3; time += 1) {
    const answer = await post(app, { query: profileName, operationName: 'Other' });
    expect(answer).toContain(String.raw`The document has no operation \"Other\".`);
  }
});

/** The executor of the document, each time that it is sent. */
async function executorsOf(requests: readonly object[]): Promise<unknown[]> {
  const executors: unknown[] = [];
  const witness: Plugin = { onExecute: ({ executeFn }) => void executors.push(executeFn) };
  const yoga = createYoga({ schema, logging: false, plugins: [useCompiledQueries(), witness] });
  for (const request of requests) await post(yoga, request);
  expect(executors).toHaveLength(requests.length);
  return executors;
}

const times = (count: number, request: object) => Array.from({ length: count }, () => request);

test.each([
  ['a query', { query: profileName }],
  ['a query that names its operation', { query: profileName, operationName: 'Name' }],
  [
    'a query with fragments',
    { query: '{ ...Name } fragment Name on Query { profile(id: "course") { name } }' },
  ],
  ['a query for the names of types', { query: '{ __typename profile(id: "course") { __typename } }' }],
])('%s is compiled when it comes for the third time', async (_, request) => {
  const [first, second, third, fourth] = await executorsOf(times(4, request));
  expect(second).toBe(first);
  expect(third).not.toBe(first);
  expect(fourth).not.toBe(first);
});

test.each([
  ['a mutation', { query: 'mutation { deleteProfile(id: "nobody") }' }],
  ['one of two operations', { query: `${profileName} query B { __typename }`, operationName: 'B' }],
  ['a query with a directive', { query: '{ profile(id: "course") { id name @skip(if: true) } }' }],
  ['a query with a name that is none to objects', { query: '{ __proto__: __typename }' }],
  ['introspection', { query: getIntrospectionQuery() }],
  ['introspection of a type', { query: '{ a: __type(name: "Word") { name } __typename }' }],
  [
    'introspection in a fragment',
    { query: '{ ...F } fragment F on Query { __schema { types { name } } __typename }' },
  ],
  ['a large query', { query: `{ profile(id: "course") { ${'id name '.repeat(150)} } }` }],
  [
    'a query that is large with its fragments written out',
    {
      query: `{ profile(id: "course") { ${'...F '.repeat(100)} } } fragment F on Profile { id name level }`,
    },
  ],
])('%s is left to the standard executor', async (_, request) => {
  expect(new Set(await executorsOf(times(5, request))).size).toBe(1);
});

test('fifty queries are kept compiled, and one that is displaced must come as often again', async () => {
  const query = (i: number) => ({ query: `query Q${i} { __typename }` });
  const all = Array.from({ length: 51 }, (_, i) => times(3, query(i))).flat();
  const [standard, ...executors] = await executorsOf([...all, query(50), ...times(3, query(0))]);
  expect(executors.slice(0, 152).filter((one) => one !== standard)).toHaveLength(51);
  const [last, ...again] = executors.slice(152);
  expect(last).not.toBe(standard);
  expect(again.map((one) => one === standard)).toEqual([true, true, false]);
});

/** The app on a store whose `method` fails, with the observed calls. */
async function openFailing(method: 'profilePage' | 'wordPage' | 'unusedDialogs', error: Error) {
  const { store, during } = await openObservedStore();
  await createCourse(store, { teaching: 3 });
  const failing = { ...store, [method]: (...args: never[]) => calling(store[method], args, error) };
  return { ...(await openTestApp({ store: failing })), during };
}

/** Calls the observed method, then fails. */
async function calling(method: (...args: never[]) => Promise<unknown>, args: never[], error: Error) {
  await method(...args);
  throw error;
}

test.each([
  ['the store does not answer', new StoreUnavailable()],
  ['something unexpected fails', new Error('secret')],
])('a compiled query is executed once if %s, with the same answer', async (_, error) => {
  const { app, during } = await openFailing('unusedDialogs', error);
  const request = {
    query: `{
      profile(id: "course") { words(first: 2) { edges { node { text unusedDialog { id } } } } }
    }`,
  };
  const answers: string[] = [];
  const calls: string[][] = [];
  for (let time = 0; time < 4; time += 1) {
    calls.push((await during(async () => void answers.push(await post(app, request)))).calls);
  }
  expect(new Set(answers).size).toBe(1);
  expect(JSON.parse(answers[0] ?? '').errors).toHaveLength(2);
  for (const each of calls) expect(each).toEqual(['profiles', 'wordPage', 'unusedDialogs']);
});
