import fc from 'fast-check';
import { getIntrospectionQuery } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import { expect, test } from 'vitest';
import { schema } from '../../src/graphql/schema.ts';
import type { App } from '../../src/http/app.ts';
import { useCompiledQueries } from '../../src/http/compiled-queries.ts';
import { createCourse } from '../support/course.ts';
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
  await pool.claimDialogs('course', 2);
  await pool.ensureDialogs('course', 6);

  let withErrors = 0;
  let withData = 0;
  await fc.assert(
    fc.asyncProperty(randomQuery(schema), async (request) => {
      const first = await post(app, request);
      expect(await post(app, request)).toBe(first);
      expect(await post(app, request)).toBe(first);
      if (first.includes('"errors"')) withErrors += 1;
      if (first.includes('"edges":[{') || first.includes('"edges2":[{')) withData += 1;
    }),
    { numRuns: 500, seed: 5 },
  );
  expect(withErrors).toBeGreaterThan(25);
  expect(withData).toBeGreaterThan(25);
});

test('introspection that comes again gets the answer that it got the first time', async () => {
  const { app } = await openTestApp();
  const request = { query: getIntrospectionQuery({ specifiedByUrl: true, inputValueDeprecation: true }) };
  const first = await post(app, request);
  expect(first).toContain('"name":"EnsureDialogsPayload"');
  expect(await post(app, request)).toBe(first);
  expect(await post(app, request)).toBe(first);
});

const profileName = 'query Name { profile(id: "course") { name } }';

test('a name that no operation has is refused, however often the query comes', async () => {
  const { app } = await openTestApp();
  for (let time = 0; time < 3; time += 1) {
    const answer = await post(app, { query: profileName, operationName: 'Other' });
    expect(answer).toContain('Could not determine what operation to execute.');
  }
});

/** What executes the document each time it comes. */
async function executorsOf(request: object): Promise<unknown[]> {
  const executors: unknown[] = [];
  const witness: Plugin = { onExecute: ({ executeFn }) => void executors.push(executeFn) };
  const yoga = createYoga({ schema, logging: false, plugins: [useCompiledQueries(), witness] });
  for (let time = 0; time < 3; time += 1) await post(yoga, request);
  expect(executors).toHaveLength(3);
  return executors;
}

test.each([
  ['a query', { query: profileName }],
  ['a query that names its operation', { query: profileName, operationName: 'Name' }],
  [
    'a query with fragments',
    { query: '{ ...Name } fragment Name on Query { profile(id: "course") { name } }' },
  ],
])('%s is compiled when it comes again', async (_, request) => {
  const [first, second, third] = await executorsOf(request);
  expect(second).not.toBe(first);
  expect(third).not.toBe(first);
});

test.each([
  ['a mutation', { query: 'mutation { deleteProfile(id: "nobody") }' }],
  ['one of two operations', { query: `${profileName} query B { __typename }`, operationName: 'B' }],
  ['a query with a directive', { query: '{ profile(id: "course") { id name @skip(if: true) } }' }],
  ['a query with a name that is none to objects', { query: '{ __proto__: __typename }' }],
])('%s is left to the standard executor', async (_, request) => {
  expect(new Set(await executorsOf(request)).size).toBe(1);
});
