import { expect, test } from 'vitest';
import { openTestApp } from '../support/test-app.ts';

const repeat = (open: string, inside: string, close: string, times: number) =>
  open.repeat(times) + inside + close.repeat(times);

test.each([
  ['selections', repeat('{a', '', '}', 2_400)],
  ['inline fragments', `{${repeat('...{', '__typename', '}', 1_600)}}`],
  ['lists', `{profile(id:${repeat('[', '', ']', 2_490)}){id}}`],
  ['objects', `mutation{createProfile(input:${repeat('{a:', '1', '}', 1_200)}){id}}`],
  ['list types', `query($a:${repeat('[', 'Int', ']', 2_490)}){__typename}`],
])('%s that nest as deep as the token limit allows are refused as wrong input', async (_, query) => {
  const { app, log } = await openTestApp();
  const response = await app.fetch('http://127.0.0.1/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const { errors } = await response.json();
  expect(errors[0].extensions.code).toBe('BAD_USER_INPUT');
  expect(log.lines).toEqual([]);
});

test.each([
  ['blank lines', `${'\n'.repeat(2_000)}{ __typename }`, 'Line limit of 2000 exceeded.'],
  ['comments', `{ __typename }${'#\r'.repeat(50_000)}{`, 'Line limit of 2000 exceeded.'],
  ['blanks', `{ __typename${' '.repeat(200_000)}}`, 'Character limit of 200000 exceeded, found 200013.'],
])('too many %s are refused, though they are no tokens', async (_, query, message) => {
  const { app } = await openTestApp();
  const response = await app.fetch('http://127.0.0.1/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const { errors } = await response.json();
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(errors[0].message).toContain(message);
});
