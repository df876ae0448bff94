import { describe, expect, test } from 'vitest';
import { wordId } from '../../src/model/word.ts';
import { graphql } from '../generated/index.ts';
import { createCourse } from '../support/course.ts';
import { openTestApp, type TestApp } from '../support/test-app.ts';

const Profiles = graphql(`
  query ProfilesBehind($first: Int, $after: String) {
    profiles(first: $first, after: $after) {
      edges { cursor node { id } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`);

const Words = graphql(`
  query WordsBehind($first: Int, $after: String, $states: [WordState!]) {
    profile(id: "course") {
      connection: words(first: $first, after: $after, states: $states) {
        edges { cursor node { id } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }
  }
`);

const Dialogs = graphql(`
  query DialogsBehind($first: Int, $after: String, $isUsed: Boolean) {
    profile(id: "course") {
      connection: dialogs(first: $first, after: $after, isUsed: $isUsed) {
        edges { cursor node { id } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }
  }
`);

interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor?: string | null;
    readonly endCursor?: string | null;
  };
}

interface Request {
  readonly first?: number | null;
  readonly after?: string | null;
}

/** A connection of 130 nodes, with a function that reads a page of it and the ids of all its nodes in order. */
interface Filled {
  readonly read: (request: Request) => Promise<Page>;
  readonly ids: readonly string[];
}

const COUNT = 130;

/** The creation time of a node. Three nodes share a millisecond, so that their ids decide their order. */
const timeOf = (i: number) => new Date(1_700_000_000_000 + Math.floor(i / 3));

function inOrder(nodes: readonly { id: string; createdAt: Date }[]): string[] {
  return nodes
    .toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1))
    .map(({ id }) => id);
}

async function filledProfiles(app: TestApp): Promise<Filled> {
  const profiles = Array.from({ length: COUNT }, (_, i) => ({
    id: `p${(i * 37) % COUNT}`,
    ownerId: null,
    name: 'Profile',
    nativeLanguage: 'en',
    targetLanguage: 'es',
    level: null,
    refVoiceId: null,
    minDialogs: 12,
    autoTopUp: false,
    maxCallsPerDay: null,
    wordOrder: 'random' as const,
    wordProgress: 'manual' as const,
    createdAt: timeOf(i),
  }));
  for (const profile of profiles) await app.store.createProfile(profile);
  return {
    ids: inOrder(profiles),
    read: async (request) => (await app.ask(Profiles, request)).profiles,
  };
}

async function filledWords(app: TestApp): Promise<Filled> {
  await createCourse(app.store);
  const words = Array.from({ length: COUNT }, (_, i) => ({
    id: wordId('course', `word ${i}`),
    profileId: 'course',
    text: `word ${i}`,
    translation: null,
    state: i % 2 ? ('pending' as const) : ('teaching' as const),
    memory: null,
    dialogSeries: null,
    createdAt: timeOf(i),
  }));
  await app.store.addWords('course', words);
  return { ids: inOrder(words), read: (request) => wordPage(app, request) };
}

async function wordPage(app: TestApp, request: Request): Promise<Page> {
  const { profile } = await app.ask(Words, request);
  if (!profile) throw new Error('there is no profile');
  return profile.connection;
}

async function filledDialogs(app: TestApp): Promise<Filled> {
  const { words } = await createCourse(app.store, { teaching: COUNT });
  const dialogs = words.map((word, i) => ({
    id: `${word.id}.0`,
    profileId: 'course',
    wordId: word.id,
    turns: [],
    isUsed: false,
    usedAt: null,
    refVoiceId: null,
    generator: 'test',
    style: null,
    selfCheck: null,
    trial: null,
    review: null,
    createdAt: timeOf(i),
  }));
  for (const dialog of dialogs) await app.store.createDialog(dialog);
  return {
    ids: inOrder(dialogs),
    async read(request) {
      const { profile } = await app.ask(Dialogs, request);
      if (!profile) throw new Error('there is no profile');
      return profile.connection;
    },
  };
}

const idsOf = ({ edges }: Page) => edges.map(({ node }) => node.id);

/** Reads all pages, with the given page size. */
async function readAll(read: Filled['read'], first: number): Promise<string[]> {
  const ids: string[] = [];
  for (let after: string | null = null; ; ) {
    const page: Page = await read({ first, after });
    ids.push(...idsOf(page));
    expect(page.edges.length).toBe(page.pageInfo.hasNextPage ? first : page.edges.length);
    expect(page.pageInfo.hasPreviousPage).toBe(after !== null);
    expect(page.pageInfo.startCursor).toBe(page.edges[0]?.cursor ?? null);
    expect(page.pageInfo.endCursor).toBe(page.edges.at(-1)?.cursor ?? null);
    if (!page.pageInfo.hasNextPage) return ids;
    after = page.pageInfo.endCursor ?? null;
  }
}

describe.each([
  ['profiles', filledProfiles],
  ['words', filledWords],
  ['dialogs', filledDialogs],
])('the connection of %s', (_, fill) => {
  test('lists every node once, oldest first, with any page size', async () => {
    const { read, ids } = await fill(await openTestApp());
    for (const first of [7, 13, 65, 100]) expect(await readAll(read, first)).toEqual(ids);
  });

  test('has pages of 20 nodes by default and of at most 100', async () => {
    const { read, ids } = await fill(await openTestApp());
    expect(idsOf(await read({}))).toEqual(ids.slice(0, 20));
    expect(idsOf(await read({ first: null, after: null }))).toEqual(ids.slice(0, 20));
    const most = await read({ first: 100 });
    expect(idsOf(most)).toEqual(ids.slice(0, 100));
    expect(most.pageInfo.hasNextPage).toBe(true);
  });

  test('with a page size of 0 says whether there are more nodes, and has no end cursor', async () => {
    const { read, ids } = await fill(await openTestApp());
    expect(await read({ first: 0 })).toEqual({
      edges: [],
      pageInfo: { hasNextPage: true, hasPreviousPage: false, startCursor: null, endCursor: null },
    });
    const last = (await read({ first: 100, after: (await read({ first: 100 })).pageInfo.endCursor ?? '' }))
      .edges;
    const after = last.at(-1)?.cursor ?? '';
    expect(last.at(-1)?.node.id).toBe(ids.at(-1));
    for (const first of [0, 1]) {
      expect(await read({ first, after })).toEqual({
        edges: [],
        pageInfo: { hasNextPage: false, hasPreviousPage: true, startCursor: null, endCursor: null },
      });
    }
  });

  test('has a next page only if there are more nodes', async () => {
    const { read } = await fill(await openTestApp());
    const { edges } = await read({ first: 100 });
    for (const [index, first, more] of [
      [98, 31, false],
      [98, 30, true],
      [99, 30, false],
    ] as const) {
      const page = await read({ first, after: edges[index]?.cursor ?? '' });
      expect(page.edges).toHaveLength(Math.min(first, COUNT - index - 1));
      expect(page.pageInfo.hasNextPage).toBe(more);
    }
  });

  test('can be read from any cursor', async () => {
    const { read, ids } = await fill(await openTestApp());
    const { edges } = await read({ first: 100 });
    for (const [i, { cursor }] of edges.entries()) {
      expect(idsOf(await read({ first: 2, after: cursor }))).toEqual(ids.slice(i + 1, i + 3));
    }
  });
});

describe('writes between two pages', () => {
  test('neither repeat nor skip the nodes that existed all the time', async () => {
    const app = await openTestApp();
    const { read, ids } = await filledWords(app);
    const first = await read({ first: 50 });
    const cursorNode = ids[49] ?? '';
    await app.store.removeWords('course', [ids[0] ?? '', cursorNode, ids[60] ?? '']);
    await app.store.addWords('course', [newWord('early', -5), newWord('late', COUNT * 2)]);

    const rest: string[] = [];
    for (let after = first.pageInfo.endCursor ?? null; ; ) {
      const page: Page = await read({ first: 9, after });
      rest.push(...idsOf(page));
      if (!page.pageInfo.hasNextPage) break;
      after = page.pageInfo.endCursor ?? null;
    }
    expect(rest).toEqual([...ids.slice(50).filter((id) => id !== ids[60]), wordId('course', 'late')]);
  });

  test('that change the states of words affect only the pages after the last one read', async () => {
    const app = await openTestApp();
    const { ids } = await filledWords(app);
    const pending = async (after: string | null) => {
      const { profile } = await app.ask(Words, { first: 20, after, states: ['PENDING'] });
      if (!profile) throw new Error('there is no profile');
      return profile.connection;
    };
    const first = await pending(null);
    await app.store.setWordState('course', ids, 'learned');
    expect(await pending(first.pageInfo.endCursor ?? null)).toEqual({
      edges: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: true, startCursor: null, endCursor: null },
    });
    await app.store.setWordState('course', ids, 'pending');
    const end = ids.indexOf(first.edges.at(-1)?.node.id ?? '');
    expect(idsOf(await pending(first.pageInfo.endCursor ?? null))).toEqual(ids.slice(end + 1, end + 21));
  });

  function newWord(text: string, i: number) {
    return {
      id: wordId('course', text),
      profileId: 'course',
      text,
      translation: null,
      state: 'pending' as const,
      memory: null,
      dialogSeries: null,
      createdAt: timeOf(i),
    };
  }
});

test('a cursor of a used dialog is also a position among the unused ones', async () => {
  const app = await openTestApp();
  const { ids } = await filledDialogs(app);
  await app.store.claimDialogs('course', 10, new Date(), 'claim');
  const { profile: used } = await app.ask(Dialogs, { isUsed: true, first: 5 });
  expect(
    idsOf(used?.connection ?? { edges: [], pageInfo: { hasNextPage: false, hasPreviousPage: false } }),
  ).toEqual(ids.slice(0, 5));
  const after = used?.connection.pageInfo.endCursor ?? null;
  const { profile: unused } = await app.ask(Dialogs, { isUsed: false, first: 3, after });
  expect(
    idsOf(unused?.connection ?? { edges: [], pageInfo: { hasNextPage: false, hasPreviousPage: false } }),
  ).toEqual(ids.slice(10, 13));
});
