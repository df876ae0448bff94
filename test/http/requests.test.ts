import { describe, expect, test } from 'vitest';
import { createCourse } from '../support/course.ts';
import { listen } from '../support/listen.ts';
import { openTestApp } from '../support/test-app.ts';

const URL = 'http://127.0.0.1/graphql';
const JSON_TYPE = { 'content-type': 'application/json' };

const get = (query: string, variables = {}) =>
  `${URL}?${new URLSearchParams({ query, variables: JSON.stringify(variables) })}`;

describe('GET', () => {
  test('answers queries, with variables', async () => {
    const { app, store } = await openTestApp();
    await createCourse(store);
    const query = 'query ($id: ID!) { profile(id: $id) { name } }';
    const response = await app.fetch(get(query, { id: 'course' }));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ data: { profile: { name: 'Course' } } });
  });

  test('refuses mutations and executes none', async () => {
    const { app, store } = await openTestApp();
    await createCourse(store);
    const response = await app.fetch(get('mutation { deleteProfile(id: "course") }'));
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    expect(await store.profiles(['course'])).toMatchObject([{ id: 'course' }]);
  });
});

describe('HEAD', () => {
  const headers = { accept: 'application/json' };

  test.each([
    ['application/json', ''],
    // GraphiQL is not at this path.
    ['text/html, */*', '/'],
  ])('is answered as GET, without the body, if it accepts %s', async (accept, slash) => {
    const { app, store } = await openTestApp();
    await createCourse(store);
    const url = `${await listen(app)}${slash}?query={profile(id:"course"){name}}`;
    const asked = { headers: { accept } };
    const [got, head] = await Promise.all([fetch(url, asked), fetch(url, { method: 'HEAD', ...asked })]);
    const shown = ({ status, headers: answered }: Response) => [
      status,
      ...['content-type', 'content-length', 'vary'].map((name) => answered.get(name)),
    ];
    expect(shown(head)).toEqual(shown(got));
    expect(JSON.parse(await got.text())).toEqual({ data: { profile: { name: 'Course' } } });
    expect(await head.text()).toBe('');
  });

  test('changes nothing', async () => {
    const { app, store } = await openTestApp();
    await createCourse(store);
    const query = encodeURIComponent('mutation { deleteProfile(id: "course") }');
    const response = await fetch(`${await listen(app)}?query=${query}`, { method: 'HEAD', headers });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
    expect(await store.profiles(['course'])).toMatchObject([{ id: 'course' }]);
  });
});

test.each(['PUT', 'PATCH', 'DELETE'])('%s is refused with the allowed methods', async (method) => {
  const { app } = await openTestApp();
  const response = await fetch(await listen(app), { method });
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe('GET, HEAD, POST');
  expect(await response.json()).toEqual({
    errors: [
      {
        message: 'Send queries by GET or POST, and mutations by POST.',
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ],
  });
});

test('OPTIONS is answered without a body', async () => {
  const { app } = await openTestApp();
  const response = await app.fetch(URL, { method: 'OPTIONS' });
  expect(response.status).toBe(204);
  expect(await response.text()).toBe('');
});

test('several requests in one body are refused, and none is executed', async () => {
  const { app, store } = await openTestApp();
  await createCourse(store);
  const one = { query: 'mutation { deleteProfile(id: "course") }' };
  const response = await app.fetch(URL, {
    method: 'POST',
    headers: JSON_TYPE,
    body: JSON.stringify([one, one]),
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({
    errors: [
      {
        message: 'Batching is not supported. Send each operation in a request of its own.',
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ],
  });
  expect(await store.profiles(['course'])).toMatchObject([{ id: 'course' }]);
});

test.each([
  ['', 'POST body sent invalid JSON.'],
  ['{', 'POST body sent invalid JSON.'],
  ['null', 'POST body is expected to be object but received null'],
  ['"{ __typename }"', 'POST body is expected to be object but received string'],
  ['{}', 'Must provide query string.'],
  ['{"query":5}', 'Expected "query" param to be a string, but given number.'],
  ['{"query":"{ __typename }","variables":"x"}', 'Expected "variables" param to be empty or an object'],
  ['{"query":"{ __typename }","operationName":"Other"}', 'The document has no operation "Other".'],
  ['{"query":"query A { __typename } query B { __typename }","operationName":"C"}', 'no operation "C".'],
  ['{"query":"{ __typename }","operationName":{}}', 'Could not determine what operation to execute. If'],
  [
    '{"query":"query A { __typename } query B { __typename }"}',
    'send the name of one of them as operationName.',
  ],
])('a body that is no request is refused: %s', async (body, message) => {
  const { app } = await openTestApp();
  const response = await app.fetch(URL, { method: 'POST', headers: JSON_TYPE, body });
  expect(response.status).toBe(400);
  const { errors } = await response.json();
  expect(errors).toHaveLength(1);
  expect(errors[0].message).toContain(message);
  expect(errors[0].extensions).toEqual({ code: 'BAD_USER_INPUT' });
});

describe('a request whose answer its client does not accept', () => {
  test.each([
    'text/html',
    'image/png, text/css',
    'application/xml;q=0.9',
    'application/json; charset=latin1',
    'application',
    ',',
  ])('is refused, and not carried out: %s', async (accept) => {
    const { app, store } = await openTestApp();
    await createCourse(store);
    const response = await fetch(await listen(app), {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify({ query: 'mutation { deleteProfile(id: "course") }' }),
    });
    expect(response.status).toBe(406);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({
      errors: [
        {
          message:
            'Name one of application/graphql-response+json, application/json, text/event-stream, multipart/mixed in the header Accept.',
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ],
    });
    expect(await store.profiles(['course'])).toMatchObject([{ id: 'course' }]);
  });

  test('is refused if it is a subscription and no stream is accepted', async () => {
    const { app, store } = await openTestApp();
    await createCourse(store);
    const query = 'subscription { pool(profileId: "course") { unusedTotal } }';
    const response = await fetch(await listen(app), {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ query }),
    });
    expect(response.status).toBe(406);
    expect(await response.json()).toEqual({
      errors: [
        {
          message: 'Name text/event-stream in the header Accept of a subscription.',
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ],
    });
  });
});

test.each([
  'application/json',
  'APPLICATION/JSON; charset=UTF-8',
  'image/png, application/graphql-response+json;q=0.1',
  'application/*',
  'text/*',
  'multipart/*',
  'multipart/mixed',
  'text/event-stream',
  'text/html, */*;q=0.1',
  '',
])('an answer in a form that is accepted is sent: %s', async (accept) => {
  const { app } = await openTestApp();
  const response = await app.fetch(URL, {
    method: 'POST',
    headers: { ...JSON_TYPE, accept },
    body: '{"query":"{ __typename }"}',
  });
  expect(response.status).toBe(200);
  expect(await response.text()).toContain('{"data":{"__typename":"Query"}}');
});

test('introspection beyond its limit is refused with advice', async () => {
  const { app } = await openTestApp();
  const deeper = (inner: string) => `fields { type { ${inner} } }`;
  const query = `{ __schema { types { ${deeper(deeper(deeper('name')))} } } }`;
  const { errors } = await (await app.fetch(get(query))).json();
  expect(errors[0]).toMatchObject({
    message:
      'Maximum introspection depth exceeded. Ask for fewer fields, types and input fields inside each other.',
    extensions: { code: 'BAD_USER_INPUT' },
  });
});

test('a field may be called `then`', async () => {
  const { app, store } = await openTestApp();
  await createCourse(store);
  const query = '{ then: __typename profiles(first: 1) { edges { node { then: name catch: id } } } }';
  for (let time = 0; time < 4; time += 1) {
    expect(await (await app.fetch(get(query))).text()).toBe(
      '{"data":{"then":"Query","profiles":{"edges":[{"node":{"then":"Course","catch":"course"}}]}}}',
    );
  }
  const mutation = 'mutation { then: updateProfile(id: "course", input: {}) { then: name } }';
  const response = await app.fetch(URL, {
    method: 'POST',
    headers: JSON_TYPE,
    body: JSON.stringify({ query: mutation }),
  });
  expect(await response.text()).toBe('{"data":{"then":{"then":"Course"}}}');
});
