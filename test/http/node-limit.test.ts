import { getIntrospectionQuery } from 'graphql';
import { expect, test } from 'vitest';
import { createCourse } from '../support/course.ts';
import { openObservedStore } from '../support/observed-store.ts';
import { openTestApp } from '../support/test-app.ts';

const names = (count: number, text: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => text(i));

async function openAsking() {
  const { store, during } = await openObservedStore();
  await createCourse(store, { teaching: 2 });
  const { app } = await openTestApp({ store });
  return async (query: string, variables: object = {}, operationName?: string) => {
    let errors: { message: string; extensions?: object }[] = [];
    const { calls } = await during(async () => {
      const response = await app.fetch('http://127.0.0.1/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables, operationName }),
      });
      ({ errors = [] } = await response.json());
    });
    return { errors, calls };
  };
}

function refusal(nodes: number) {
  return {
    calls: [],
    errors: [
      {
        message:
          `The answer could hold ${nodes} objects, and 20000 are the most. ` +
          'Read smaller pages (`first`), or the lists inside lists by requests of their own.',
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ],
  };
}

/** A page of all profiles with a page of dialogs of each, by whatever means. */
const DIALOGS = 'edges { node { id } }';
const NESTED = 1 + 100 * (1 + 1 + 1 + 100 * 2);

test.each<[string, string, object]>([
  [
    'written into it',
    `{ profiles(first: 100) { edges { node { dialogs(first: 100) { ${DIALOGS} } } } } }`,
    {},
  ],
  [
    'in variables',
    `query ($a: Int, $b: Int!) { profiles(first: $a) { edges { node { dialogs(first: $b) { ${DIALOGS} } } } } }`,
    { a: 100, b: 100 },
  ],
  [
    'in variables left to their defaults',
    `query ($a: Int = 100) { profiles(first: $a) { edges { node { dialogs(first: $a) { ${DIALOGS} } } } } }`,
    {},
  ],
  [
    'in fragments',
    `{ profiles(first: 100) { edges { ...Edge } } }
     fragment Edge on ProfileEdge { node { ...Node } }
     fragment Node on Profile { ... { dialogs(first: 100) { ${DIALOGS} } } }`,
    {},
  ],
])('pages inside pages are refused before anything is read, their sizes %s', async (_, query, variables) => {
  const ask = await openAsking();
  // Twice, since a query that comes again is answered by another executor.
  for (let time = 0; time < 2; time += 1) expect(await ask(query, variables)).toEqual(refusal(NESTED));
});

test('every alias counts', async () => {
  const ask = await openAsking();
  const aliases = (count: number) =>
    names(count, (i) => `a${i}: dialogs(first: 10) { ${DIALOGS} }`).join(' ');
  const query = (count: number) => `{ profiles(first: 100) { edges { node { ${aliases(count)} } } } }`;
  expect((await ask(query(9))).errors).toEqual([]);
  expect(await ask(query(10))).toEqual(refusal(1 + 100 * (2 + 10 * (1 + 10 * 2))));
});

test('a page whose size is left out counts as one of 20', async () => {
  const ask = await openAsking();
  const turns = 'edges { node { turns { text } word { id } } }';
  const query = `{ profiles(first: 100) { edges { node { dialogs { ${turns} } } } } }`;
  expect((await ask(query)).errors).toEqual([]);
  const twice = `{ profiles(first: 100) { edges { node { a: dialogs { ${turns} } b: dialogs { ${turns} } } } } }`;
  expect(await ask(twice)).toEqual(refusal(1 + 100 * (2 + 2 * (1 + 20 * (2 + 4 + 1)))));
});

test('only the operation that is carried out counts', async () => {
  const ask = await openAsking();
  const query = `
    query Small { profile(id: "course") { id } }
    query Large { profiles(first: 100) { edges { node { dialogs(first: 100) { ${DIALOGS} } } } } }`;
  expect((await ask(query, {}, 'Small')).errors).toEqual([]);
  expect(await ask(query, {}, 'Large')).toEqual(refusal(NESTED));
});

test('a page size outside of its limits is told as such', async () => {
  const ask = await openAsking();
  const { errors } = await ask('{ profiles(first: 1000000) { edges { node { id } } } }');
  expect(errors[0]?.message).toContain('first: must be a whole number from 0 to 100, and is 1000000');
});

test.each([
  [
    'the pool page',
    `query ($first: Int!) {
      profile(id: "course") {
        name targetLanguage
        pool { unusedTotal usedTotal min shortfall wordCounts { pending teaching learned } }
        words(first: $first) {
          edges { cursor node { id text unusedDialog { id turns { speaker text audioUrl } } } }
          pageInfo { hasNextPage endCursor }
        }
      }
    }`,
  ],
  [
    'a page of profiles with their pools',
    `query ($first: Int!) {
      profiles(first: $first) {
        edges { node { id pool { unusedTotal wordCounts { pending } } words(first: 20) { edges { node { text unusedDialog { id } } } } } }
        pageInfo { hasNextPage }
      }
    }`,
  ],
  ['introspection', getIntrospectionQuery()],
])('%s is within the limit', async (_, query) => {
  const ask = await openAsking();
  expect((await ask(query, { first: 100 })).errors).toEqual([]);
});
