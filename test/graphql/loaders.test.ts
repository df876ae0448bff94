import { expect, onTestFinished, test } from 'vitest';
import { type StoreWrapper, wrappedStore } from '../../src/ports/store-calls.ts';
import { graphql } from '../generated/index.ts';
import { createCourse } from '../support/course.ts';
import { openObservedStore } from '../support/observed-store.ts';
import { openTestApp, type TestApp } from '../support/test-app.ts';

const WordsPage = graphql(`
  query PageOfWords($first: Int!) {
    profile(id: "course") {
      name
      pool { unusedTotal min shortfall }
      words(first: $first) { edges { node { text unusedDialog { id turns { text } } } } }
    }
  }
`);

const ProfilesPage = graphql(`
  query PageOfProfiles($first: Int!) {
    profiles(first: $first) {
      edges {
        node {
          id
          pool {
            unusedTotal usedTotal voicedTotal min shortfall
            wordCounts { pending teaching learned }
          }
        }
      }
    }
  }
`);

const DialogsPage = graphql(`
  query PageOfDialogs {
    profile(id: "course") {
      dialogs(first: 50) { edges { node { id word { text unusedDialog { id word { text } } } } } }
    }
  }
`);

const Aliases = graphql(`
  query ManyById($a: ID!, $b: ID!) {
    one: profile(id: "course") { word(id: $a) { text } other: word(id: $b) { text } }
    two: profile(id: "course") { name pool { usedTotal } }
    nobody: profile(id: "nobody") { name }
  }
`);

/** Waits until top-ups have released their leases, so that a test counts only the calls of its own requests. */
async function untilIdle({ pool }: TestApp): Promise<void> {
  await pool.finish(10_000);
}

test('a page of words with their unused dialogs reads the dialogs in one query, for any number of words', async () => {
  const { store, during } = await openObservedStore();
  const app = await openTestApp({ store });
  await createCourse(store, { pending: 60 });
  await app.pool.ensureDialogs('course', 30);
  await untilIdle(app);
  const expected = ['profiles', 'wordPage', 'dialogCounts', 'unusedDialogs'];
  for (const first of [1, 5, 50]) {
    const seen = await during(async () => {
      const { profile } = await app.ask(WordsPage, { first });
      expect(profile?.words.edges).toHaveLength(first);
    });
    expect(seen.calls.toSorted()).toEqual(expected.toSorted());
    expect(seen.statements).toHaveLength(expected.length);
  }
});

test('a page of profiles with their pools takes as many queries for 5 profiles as for 20 and 50', async () => {
  const { store, during } = await openObservedStore();
  const app = await openTestApp({ store });
  for (let i = 0; i < 50; i += 1) {
    await createCourse(store, { id: `course-${i + 10}`, teaching: i % 3, pending: 2 });
    await app.pool.ensureDialogs(`course-${i + 10}`, i % 4);
  }
  await untilIdle(app);
  const expected = ['dialogCounts', 'profilePage', 'voicedTotals', 'wordCounts'];
  for (const first of [5, 20, 50]) {
    const seen = await during(async () => {
      const { profiles } = await app.ask(ProfilesPage, { first });
      expect(profiles.edges).toHaveLength(first);
      for (const [i, { node }] of profiles.edges.entries()) {
        const { pool } = node;
        expect(node.id).toBe(`course-${i + 10}`);
        expect(pool.wordCounts).toEqual({ pending: 2, teaching: i % 3, learned: 0 });
        expect(pool.unusedTotal).toBe(Math.min(i % 4, 2 + (i % 3)));
        expect(pool.shortfall).toBe(12 - pool.unusedTotal);
      }
    });
    expect(seen.calls.toSorted()).toEqual(expected);
    expect(seen.statements).toHaveLength(expected.length);
  }
});

test('a page of dialogs reads their words in one query, and the dialogs of those words in another', async () => {
  const { store, during } = await openObservedStore();
  const app = await openTestApp({ store });
  await createCourse(store, { pending: 50 });
  await app.pool.ensureDialogs('course', 50);
  await untilIdle(app);
  await app.pool.claimDialogs('course', { count: 20 });
  const { calls, statements } = await during(async () => {
    const { profile } = await app.ask(DialogsPage, {});
    const dialogs = profile?.dialogs.edges.map(({ node }) => node) ?? [];
    expect(dialogs).toHaveLength(50);
    expect(dialogs.filter(({ word }) => word?.unusedDialog)).toHaveLength(30);
  });
  expect(calls).toEqual(['profiles', 'dialogPage', 'words', 'unusedDialogs']);
  expect(statements).toHaveLength(4);
});

test('reads by id from several places of a document are batched, and the same profile is read once', async () => {
  const { store, during } = await openObservedStore();
  const app = await openTestApp({ store });
  const { words } = await createCourse(store, { pending: 2 });
  const [a = '', b = ''] = words.map(({ id }) => id);
  const { calls } = await during(async () => {
    expect(await app.ask(Aliases, { a, b })).toEqual({
      one: { word: { text: 'pending 0' }, other: { text: 'pending 1' } },
      two: { name: 'Course', pool: { usedTotal: 0 } },
      nobody: null,
    });
  });
  expect(calls.toSorted()).toEqual(['dialogCounts', 'profiles', 'words']);
});

test('only selected fields are read', async () => {
  const { store, during } = await openObservedStore();
  const app = await openTestApp({ store });
  await createCourse(store, { pending: 2 });
  const { calls } = await during(async () => {
    await app.app.fetch('http://127.0.0.1/graphql?query={profile(id:"course"){name pool{min}}}');
  });
  expect(calls).toEqual(['profiles']);
});

test('a request does not reuse what an earlier request has read', async () => {
  const { store } = await openObservedStore();
  const app = await openTestApp({ store });
  await createCourse(store, { pending: 3 });
  expect((await app.ask(WordsPage, { first: 0 })).profile?.pool.unusedTotal).toBe(0);
  await app.pool.ensureDialogs('course', 2);
  expect((await app.ask(WordsPage, { first: 0 })).profile?.pool.unusedTotal).toBe(2);
});

test('reads that occupy the event loop for long are each made in a turn of their own', async () => {
  const { store, pool } = await openTestApp();
  await createCourse(store, { pending: 5 });
  await pool.ensureDialogs('course', 3);
  await pool.finish(10_000);
  let turn = 0;
  let isCounting = true;
  const count = (): void => {
    turn += 1;
    if (isCounting) setImmediate(count);
  };
  onTestFinished(() => {
    isCounting = false;
  });
  const turns: number[] = [];
  // Longer than a slice of work may last.
  const slowly: StoreWrapper = () => (call) => {
    turns.push(turn);
    for (const end = performance.now() + 4; performance.now() < end; );
    return call();
  };
  const app = await openTestApp({ store: wrappedStore(store, [slowly]) });
  turns.length = 0;
  count();
  const { profile } = await app.ask(DialogsPage, {});
  expect(profile?.dialogs.edges).toHaveLength(3);
  // The profile, the page, its words, and the dialogs of the words.
  expect(turns).toHaveLength(4);
  expect(new Set(turns).size).toBe(4);
});
