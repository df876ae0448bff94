import { getIntrospectionQuery } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createCourse } from '../support/course.ts';
import { openObservedStore } from '../support/observed-store.ts';
import { openTestApp } from '../support/test-app.ts';

const names = <Item>(count: number, text: (i: number) => Item): Item[] =>
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

function refusal(values: number) {
  return {
    calls: [],
    errors: [
      {
        message:
          `The response could have ${values} values. The limit is 20000. ` +
          'Read smaller pages (`first`), send fewer words in one call, or split the operation into several requests.',
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ],
  };
}

/** A page of all profiles with a page of dialogs of each, in one of several ways. */
const DIALOGS = 'edges { node { id } }';
const NESTED = 1 + 100 * (2 + 1 + 100 * 3);

test('the variables of each request decide about a document that comes again', async () => {
  const ask = await openAsking();
  const query = `query ($n: Int) { profiles(first: 100) { edges { node { dialogs(first: $n) { ${DIALOGS} } } } } }`;
  for (let time = 0; time < 4; time += 1) {
    expect((await ask(query, { n: 1 })).errors).toEqual([]);
    expect(await ask(query, { n: 100 })).toEqual(refusal(NESTED));
  }
});

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
])(
  'nested pages that are too large together are refused before anything is read, with their sizes %s',
  async (_, query, variables) => {
    const ask = await openAsking();
    // Several times, since a repeated query is executed by another executor.
    for (let time = 0; time < 4; time += 1) expect(await ask(query, variables)).toEqual(refusal(NESTED));
  },
);

test('every alias counts', async () => {
  const ask = await openAsking();
  const aliases = (count: number) =>
    names(count, (i) => `a${i}: dialogs(first: 10) { ${DIALOGS} }`).join(' ');
  const query = (count: number) => `{ profiles(first: 100) { edges { node { ${aliases(count)} } } } }`;
  expect((await ask(query(6))).errors).toEqual([]);
  expect(await ask(query(7))).toEqual(refusal(1 + 100 * (2 + 7 * (1 + 10 * 3))));
});

test('a page whose size is left out counts as one of 20', async () => {
  const ask = await openAsking();
  const turns = 'edges { node { turns { text } word { id } } }';
  const query = `{ profiles(first: 80) { edges { node { dialogs { ${turns} } } } } }`;
  expect((await ask(query)).errors).toEqual([]);
  const twice = `{ profiles(first: 80) { edges { node { a: dialogs { ${turns} } b: dialogs { ${turns} } } } } }`;
  expect(await ask(twice)).toEqual(refusal(1 + 80 * (2 + 2 * (1 + 20 * (2 + 8 + 2)))));
});

test('only the executed operation counts', async () => {
  const ask = await openAsking();
  const query = `
    query Small { profile(id: "course") { id } }
    query Large { profiles(first: 100) { edges { node { dialogs(first: 100) { ${DIALOGS} } } } } }`;
  expect((await ask(query, {}, 'Small')).errors).toEqual([]);
  expect(await ask(query, {}, 'Large')).toEqual(refusal(NESTED));
});

test('the lists of all top-ups of a page count once, and those of other top-ups for each of them', async () => {
  const ask = await openAsking();
  const lists = 'created { id } skipped { reason message }';
  const aliases = (count: number) =>
    names(
      count,
      (i) => `a${i}: topUps(first: 9) { ...F } b${i}: topUps { edges { node { profile { id } } } }`,
    );
  const query = (count: number) =>
    `{ profile(id: "course") { ${aliases(count).join(' ')} } } fragment F on TopUpConnection { edges { node { id ${lists} } } }`;
  const page = 1 + 9 * 3 + 500 * 2 + 500 * 3 + 1 + 20 * 4;
  expect((await ask(query(7))).errors).toEqual([]);
  expect(await ask(query(8))).toEqual(refusal(1 + 8 * page));
  const others = `{ profile(id: "course") { topUps(first: 9) { edges { node { profile { pool { currentTopUp { ${lists} } } } } } } } }`;
  expect(await ask(others)).toEqual(refusal(1 + 1 + 9 * (2 + 3 + 500 * 2 + 500 * 3)));
});

test('a page size outside its limits is reported as such', async () => {
  const ask = await openAsking();
  const { errors } = await ask('{ profiles(first: 1000000) { edges { node { id } } } }');
  expect(errors[0]?.message).toContain('first: must be a whole number from 0 to 100, and is 1000000');
});

test('leaves count as objects do', async () => {
  const ask = await openAsking();
  const aliases = names(30, (i) => `a${i}: translation`).join(' ');
  const query = (first: number) =>
    `{ profiles(first: 100) { edges { node { words(first: ${first}) { edges { node { ${aliases} } } } } } } }`;
  expect((await ask(query(6))).errors).toEqual([]);
  expect(await ask(query(7))).toEqual(refusal(1 + 100 * (2 + 1 + 7 * (2 + 30))));
});

describe('mutations count by what their arguments ask for', () => {
  const ids = names(1000, (i) => `id${i}`);
  const set = 'setWordState(profileId: "course", wordIds: $ids, state: LEARNED)';
  const head = 'mutation ($ids: [ID!]!)';

  test('setWordState by its ids', async () => {
    const ask = await openAsking();
    const query = (count: number) => `${head} { ${names(count, (i) => `a${i}: ${set} { id }`).join(' ')} }`;
    expect((await ask(query(6), { ids })).errors[0]?.extensions).toEqual({ code: 'WORD_NOT_FOUND' });
    expect(await ask(query(30), { ids })).toEqual(refusal(30 * (1000 + 1000 * 2)));
  });

  test('removeWords by its ids', async () => {
    const ask = await openAsking();
    const remove = 'removeWords(profileId: "course", wordIds: $ids)';
    const query = `${head} { ${names(30, (i) => `a${i}: ${remove}`).join(' ')} }`;
    expect(await ask(query, { ids })).toEqual(refusal(30 * (1000 + 1000)));
  });

  test('addWords by its words, whichever lists are asked for', async () => {
    const ask = await openAsking();
    const words = names(1000, (i) => ({ text: `w${i}` }));
    const head = 'mutation ($words: [WordInput!]!)';
    const add = 'addWords(profileId: "course", words: $words)';
    const query = `${head} { ${add} { added { id text translation state createdAt } existing { id } } }`;
    expect((await ask(query, { words })).errors).toEqual([]);
    const many = `${head} { ${names(30, (i) => `a${i}: ${add} { __typename }`).join(' ')} }`;
    expect(await ask(many, { words })).toEqual(refusal(30 * (1 + 1 + 1000)));
  });

  test('ensureDialogs by min, or by the most that a profile may want', async () => {
    const ask = await openAsking();
    const turns = 'turns { speaker text translation audioUrl }';
    const query = (min: string) =>
      `mutation { a: ensureDialogs(profileId: "course"${min}) { created { ${turns} ${turns} } } }`;
    expect((await ask(query(', min: 12'))).errors).toEqual([]);
    for (const min of ['', ', min: 500']) {
      expect(await ask(query(min))).toEqual(refusal(500 + 1 + 500 * (1 + 2 * 4 * 5)));
    }
  });

  test('claimDialogs by count', async () => {
    const ask = await openAsking();
    const claims = names(
      30,
      (i) => `a${i}: claimDialogs(profileId: "course", count: 100) { id turns { text } }`,
    );
    expect(await ask(`mutation { ${claims.join(' ')} }`)).toEqual(
      refusal(30 * (100 + 100 * (1 + 1 + 4 * 2))),
    );
  });
});

test('an operation tops up five profiles at most, and begins none if it names more', async () => {
  const ask = await openAsking();
  const topUps = (count: number) =>
    `mutation { ${names(count, (i) => `a${i}: ensureDialogs(profileId: "course", min: 1) { outcome }`).join(' ')} }`;
  expect((await ask(topUps(5))).errors).toEqual([]);
  const message =
    'The operation calls ensureDialogs 6 times. The limit is 5. Send the others in another request.';
  expect(await ask(topUps(6))).toEqual({
    calls: [],
    errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }],
  });
  const fragment = `mutation { ${names(6, () => '...F').join(' ')} } fragment F on Mutation { ensureDialogs(profileId: "course", min: 1) { outcome } }`;
  expect((await ask(fragment)).errors[0]?.message).toBe(message);
});

test.each([
  ['startTopUp', 5, '(profileId: "course") { id }'],
  ['importWords', 3, '(profileId: "course", input: { text: "casa", format: CSV }) { added }'],
])('an operation calls %s %i times at most', async (field, most, rest) => {
  const ask = await openAsking();
  const calls = (count: number) => `mutation { ${names(count, (i) => `a${i}: ${field}${rest}`).join(' ')} }`;
  expect((await ask(calls(most))).errors).toEqual([]);
  const { errors } = await ask(calls(most + 1));
  expect(errors[0]?.message).toContain(`calls ${field} ${most + 1} times. The limit is ${most}.`);
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
  [
    'the top-ups of a profile with all that they created and skipped',
    `query {
      profile(id: "course") {
        topUps {
          edges {
            node {
              id state min unusedTotal outcome startedAt endedAt spend { calls }
              created { id word { text } turns { speaker text translation } }
              skipped { reason message word { id text } }
            }
          }
          pageInfo { hasNextPage endCursor }
        }
      }
    }`,
  ],
  ['introspection', getIntrospectionQuery()],
])('%s is within the limit', async (_, query) => {
  const ask = await openAsking();
  expect((await ask(query, { first: 100 })).errors).toEqual([]);
});
