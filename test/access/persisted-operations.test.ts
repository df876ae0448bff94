import { describe, expect, test } from 'vitest';
import { parseManifest } from '../../src/http/persisted-operations/manifest.ts';
import { createCourse } from '../support/course.ts';
import { listen } from '../support/listen.ts';
import { bearer, openTestApp } from '../support/test-app.ts';
import { openIssuer } from './issuer.ts';

const DOCUMENTS = {
  'sha1:read': 'query Read($id: ID!) { profile(id: $id) { id name } }',
  'sha1:rename':
    'mutation Rename($name: String!) { updateProfile(id: "course", input: { name: $name }) { name } }',
  'sha1:watch': 'subscription Watch { pool(profileId: "course") { unusedTotal } }',
};

async function opened() {
  const issuer = await openIssuer();
  const manifest = parseManifest(JSON.stringify(DOCUMENTS));
  const app = await openTestApp({ manifest, authenticate: issuer.authenticate });
  await createCourse(app.store, { ownerId: 'alice' });
  const url = await listen(app.app);
  const token = await issuer.token('alice', 'learner');
  return {
    issuer,
    exported: () =>
      fetch(new URL('/export/course.json?documentId=sha1:read', url), { headers: bearer(token) }),
    async post(body: object) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...bearer(token) },
        body: JSON.stringify(body),
      });
      return { status: response.status, body: await response.json() };
    },
    token,
    get: (params: Record<string, string>, headers: Record<string, string> = {}, by = token, method = 'GET') =>
      fetch(`${url}?${new URLSearchParams(params)}`, { method, headers: { ...bearer(by), ...headers } }),
  };
}

const variables = { id: 'course' };
const read = { documentId: 'sha1:read', variables: JSON.stringify(variables) };

test('an operation of the manifest is executed by its id, by POST and by GET', async () => {
  const { post, get } = await opened();
  const data = { profile: { id: 'course', name: 'Course' } };
  expect(await post({ documentId: 'sha1:read', variables })).toEqual({ status: 200, body: { data } });
  expect(await (await get(read)).json()).toEqual({ data });
  const renamed = await post({ documentId: 'sha1:rename', variables: { name: 'New' } });
  expect(renamed).toEqual({ status: 200, body: { data: { updateProfile: { name: 'New' } } } });
});

test('an export whose URL has a documentId is streamed as any other, and not read whole for an ETag', async () => {
  const { exported } = await opened();
  const response = await exported();
  expect([response.status, response.headers.get('etag')]).toEqual([200, null]);
  expect(response.headers.get('cache-control')).toBe('no-store');
});

test('a subscription of the manifest is served by GET', async () => {
  const { get } = await opened();
  const response = await get({ documentId: 'sha1:watch' }, { accept: 'text/event-stream' });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const reader = response.body?.getReader();
  let text = '';
  while (!text.includes('unusedTotal')) {
    text += new TextDecoder().decode((await reader?.read())?.value);
  }
  await reader?.cancel();
  expect(response.headers.get('etag')).toBeNull();
});

describe('any other operation is refused:', () => {
  const known = 'This server executes known operations only.';
  test.each<[what: string, body: object, message: string]>([
    ['a document', { query: '{ __typename }' }, `${known} Send a documentId in place of query.`],
    [
      'the text of one of the manifest',
      { query: DOCUMENTS['sha1:read'], variables },
      `${known} Send a documentId in place of query.`,
    ],
    [
      'a document with the id of another',
      { query: '{ __typename }', documentId: 'sha1:read' },
      `${known} Send a documentId in place of query.`,
    ],
    ['nothing', {}, `${known} Send the documentId of one of them.`],
    ['an id that is no text', { documentId: ['sha1:read'] }, `${known} Send the documentId of one of them.`],
    [
      'an unknown id',
      { documentId: 'sha1:other' },
      'There is no operation with this documentId. It may belong to another version of the client.',
    ],
    [
      'the name of a method of objects',
      { documentId: '__proto__' },
      'There is no operation with this documentId. It may belong to another version of the client.',
    ],
    [
      'the hash that Apollo sends',
      { extensions: { persistedQuery: { version: 1, sha256Hash: 'sha1:read' } } },
      `${known} Send the documentId of one of them.`,
    ],
  ])('%s', async (_, body, message) => {
    const { post } = await opened();
    expect(await post(body)).toEqual({
      status: 400,
      body: { errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] },
    });
  });

  test('a mutation by GET', async () => {
    const { get } = await opened();
    const response = await get({ documentId: 'sha1:rename', variables: '{"name":"New"}' });
    expect(response.status).toBe(405);
    expect((await response.json()).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});

test('without a manifest, a documentId is refused', async () => {
  const { app } = await openTestApp();
  const response = await app.fetch('http://127.0.0.1/graphql?documentId=sha1:read');
  expect(response.status).toBe(400);
  expect((await response.json()).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
});

describe('the result of a query by GET', () => {
  test('has an ETag, and is not sent again until it changes', async () => {
    const { get, post, token } = await opened();
    const first = await get(read);
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]{22}"$/);
    expect(first.headers.get('content-type')).toMatch(
      /^application\/(graphql-response\+)?json; charset=utf-8$/,
    );
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    expect(first.headers.get('vary')).toBe('origin, accept, authorization');
    const head = await get(read, {}, token, 'HEAD');
    expect([head.status, await head.text(), head.headers.get('etag')]).toEqual([200, '', etag]);
    const same = await get(read, { 'if-none-match': etag });
    expect(same.headers.get('vary')).toBe('origin, accept, authorization');
    expect(same.headers.get('content-type')).toBeNull();
    expect([same.status, await same.text(), same.headers.get('etag')]).toEqual([304, '', etag]);
    expect((await get(read, { 'if-none-match': `W/"x", ${etag}` })).status).toBe(304);
    expect((await get(read, { 'if-none-match': '"x"' })).status).toBe(200);
    await post({ documentId: 'sha1:rename', variables: { name: 'New' } });
    const changed = await get(read, { 'if-none-match': etag });
    expect(changed.status).toBe(200);
    expect(await changed.json()).toMatchObject({ data: { profile: { name: 'New' } } });
  });

  test('is not confirmed to those who may not read it', async () => {
    const { get, issuer } = await opened();
    const etag = (await get(read)).headers.get('etag') ?? '';
    const bob = await issuer.token('bob', 'learner');
    const strange = await get(read, { 'if-none-match': etag }, bob);
    expect([strange.status, await strange.json()]).toEqual([200, { data: { profile: null } }]);
    expect((await get(read, { 'if-none-match': etag }, 'x')).status).toBe(401);
  });
});

test.each([
  ['no JSON', '{', 'the file is not valid JSON'],
  ['a list', '[]', 'the file must be a JSON object of documents by their ids'],
  ['documents that are no text', '{"a":{}}', 'the file must be a JSON object of documents by their ids'],
  ['nothing', '{}', 'the file has no document'],
  [
    'a document that is broken',
    '{"a":"{"}',
    'the document "a" cannot be executed: Syntax Error: Expected Name',
  ],
  [
    'a document for another schema',
    '{"a":"{ profiles { total } }"}',
    'the document "a" cannot be executed: Cannot query field "total" on type "ProfileConnection".',
  ],
  [
    'two documents that cannot be executed',
    '{"a":"{ nothing }","b":"{ __typename }","c":"{ pool }"}',
    /^the document "a" cannot .*"nothing".*; the document "c" cannot .*"pool"/,
  ],
])('a manifest with %s is refused with a reason', (_, text, message) => {
  expect(() => parseManifest(text)).toThrow(message);
});
