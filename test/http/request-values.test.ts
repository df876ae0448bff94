import { expect, test } from 'vitest';
import type { App } from '../../src/http/app.ts';
import { createCourse } from '../support/course.ts';
import { openTestApp } from '../support/test-app.ts';

const URL = 'http://127.0.0.1/graphql';

async function post(app: App, body: string) {
  const response = await app.fetch(URL, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  return { status: response.status, answer: await response.json() };
}

async function get(app: App, parameters: Record<string, string>) {
  const response = await app.fetch(`${URL}?${new URLSearchParams(parameters)}`);
  return { status: response.status, answer: await response.json() };
}

const refusal = (message: string) => ({
  status: 400,
  answer: { errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] },
});

const DEEP = 'variables: must not nest deeper than 20 lists and objects';
const MANY = 'variables: must not hold more than 10000 values; send the rest in another request';
const query =
  'query ($states: [WordState!]) { profile(id: "course") { words(states: $states) { edges { cursor } } } }';

test('variables that nest deeply are refused before they are parsed', async () => {
  const { app } = await openTestApp();
  // The text is not JSON. A parser would have reported that instead.
  const nested = `{"states":${'['.repeat(1_900_000)}`;
  expect(await post(app, `{"query":${JSON.stringify(query)},"variables":${nested}}`)).toEqual(refusal(DEEP));
  expect(await post(app, `{"variables":${nested}`)).toEqual(refusal(DEEP));
  expect(await get(app, { query, variables: `{"states":${'['.repeat(4_000)}` })).toEqual(refusal(DEEP));
});

test('variables of too many values are refused before they are parsed', async () => {
  const { app } = await openTestApp();
  const words = (count: number) =>
    `{"query":${JSON.stringify(query)},"variables":{"states":[${'"X",'.repeat(count)}`;
  expect(await post(app, words(900_000))).toEqual(refusal(MANY));
  expect(await post(app, words(10_001))).toEqual(refusal(MANY));
  const many = `{${Array.from({ length: 10_001 }, (_, i) => `"${i}":{}`).join(',')}`;
  expect(await post(app, `{"query":"{__typename}","variables":${many}`)).toEqual(refusal(MANY));
  expect(await get(app, { query, variables: `[${'1,'.repeat(10_001)}` })).toEqual(refusal(MANY));
});

test.each([
  ['extensions', '"variables":{"states":["NEW"]},"extensions":[', 'extensions'],
  ['variables', '"extensions":{"a":["x"]},"query":"{ __typename }","variables":{"extensions":', 'variables'],
  ['another member', '"variables":{},"other":', 'body'],
  ['a member whose name is long', `"variables":{},"${'x'.repeat(100_000)}":`, 'body'],
  ['no member', '', 'body'],
])('the part of a body that holds too much is named: %s', async (_, before, named) => {
  const { app } = await openTestApp();
  const message = (fault: string) => fault.replace('variables', named);
  expect(await post(app, `{${before}${'['.repeat(30)}`)).toEqual(refusal(message(DEEP)));
  expect(await post(app, `{${before}[${'1,'.repeat(10_001)}`)).toEqual(refusal(message(MANY)));
});

test('the parameter of a URL that holds too much is named', async () => {
  const { app } = await openTestApp();
  const extensions = `{"variables":${'['.repeat(30)}`;
  expect(await get(app, { query, extensions })).toEqual(refusal(DEEP.replace('variables', 'extensions')));
});

test.each(['\\\\', '\\\\\\\\', 'a\\"\\\\', '\\"', '\\\\\\"'])(
  'values behind a string that holds %s are counted',
  async (text) => {
    const { app } = await openTestApp();
    const body = `{"query":"{__typename}","variables":{"text":"${text}","list":${'['.repeat(30)}`;
    expect(await post(app, body)).toEqual(refusal(DEEP));
  },
);

test('brackets and commas in strings are no values', async () => {
  const { app, store } = await openTestApp();
  await createCourse(store);
  for (const id of ['[{'.repeat(50_000), ','.repeat(50_000), '\\"[,'.repeat(50_000), '\\'.repeat(50_001)]) {
    const body = JSON.stringify({
      query: 'query ($id: ID!) { profile(id: $id) { name } }',
      variables: { id },
    });
    expect(await post(app, body)).toEqual({ status: 200, answer: { data: { profile: null } } });
  }
});

test.each(['a', 'é', '語', '𠮷'])(
  'a thousand words of the greatest length are added, in characters like %s',
  async (letter) => {
    const { app, store } = await openTestApp();
    await createCourse(store);
    const words = Array.from({ length: 1000 }, (_, i) => ({
      text: String(i).padStart(4, '0') + letter.repeat(196),
      translation: letter.repeat(500),
      state: 'TEACHING',
    }));
    const add = `mutation ($id: ID!, $words: [WordInput!]!) {
    addWords(profileId: $id, words: $words) { added { id } existing { id } }
  }`;
    const body = JSON.stringify({ query: add, variables: { id: 'course', words } });
    const { answer } = await post(app, body);
    expect(answer.errors).toBe(undefined);
    expect(answer.data.addWords.added).toHaveLength(1000);
  },
);

test('a wrong list reports its first faults', async () => {
  const { app, log } = await openTestApp();
  const states = Array.from({ length: 9_000 }, () => 'NEW');
  const { answer } = await post(app, JSON.stringify({ query, variables: { states } }));
  const fault = (i: number) =>
    `Variable "$states" got invalid value "NEW" at "states[${i}]"; Value "NEW" does not exist in "WordState" enum.`;
  const messages = answer.errors.map(({ message }: Error) => message);
  expect(messages).toEqual([
    ...[0, 1, 2, 3, 4].map(fault),
    'More values are wrong. Only the first 5 are reported.',
  ]);
  for (const { extensions } of answer.errors) expect(extensions).toEqual({ code: 'BAD_USER_INPUT' });
  expect(log.lines).toEqual([]);
});

test.each([
  ['of a variable', { query, variables: { states: ['x'.repeat(3_000_000)] } }],
  ['of a document', { query: `{ profile(id: "course") { ${'x'.repeat(100_000)} } }` }],
  [
    'of a literal',
    { query: `{ profile(id: "course") { words(first: ${'9'.repeat(100_000)}) { edges { cursor } } } }` },
  ],
  ['that is no token', { query: `{ "${'x'.repeat(100_000)}" }` }],
  ['of an operation name', { query: '{ __typename }', operationName: 'x'.repeat(100_000) }],
  ['of a parameter', { query: '{ __typename }', ['x'.repeat(100_000)]: 1 }],
])('a message does not repeat megabytes %s', async (_, request) => {
  const { app, store } = await openTestApp();
  await createCourse(store);
  const { answer } = await post(app, JSON.stringify(request));
  expect(answer.errors.length).toBeGreaterThan(0);
  for (const { message, extensions } of answer.errors) {
    expect(message.length).toBeLessThan(1_100);
    expect(extensions).toEqual({ code: 'BAD_USER_INPUT' });
  }
});

test.each(['{', 'nonsense', '[', '"x"'])(
  'variables in a URL that are none are wrong input: %s',
  async (variables) => {
    const { app, log } = await openTestApp();
    const { status, answer } = await get(app, { query: '{ __typename }', variables });
    expect(status).toBe(400);
    expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(log.lines).toEqual([]);
  },
);

test.each([
  'APPLICATION/JSON',
  'Application/Json; Charset=UTF-8',
  'application/JSON;charset=utf-8',
  'application/graphql+JSON',
])('the content type %s is read as JSON', async (type) => {
  const { app } = await openTestApp();
  const response = await app.fetch(URL, {
    method: 'POST',
    headers: { 'content-type': type },
    body: '{"query":"{ __typename }"}',
  });
  expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
});
