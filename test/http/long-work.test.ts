import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { App } from '../../src/http/app.ts';
import type { Store } from '../../src/ports/store.ts';
import { createCourse } from '../support/course.ts';
import { openTestApp, tempSqliteStore } from '../support/test-app.ts';

function send({ fetch }: App, query: string, variables: object = {}): Promise<{ data: unknown }> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ query, variables });
  return Promise.resolve(fetch('http://127.0.0.1/graphql', { method: 'POST', headers, body })).then(
    (response) => response.json(),
  );
}

/** How many small requests, 50 at most, are answered before the long one is, each sent when the last has been. */
async function answeredMeanwhile(app: App, long: Promise<unknown>): Promise<number> {
  let finished = false;
  const end = long.finally(() => {
    finished = true;
  });
  let answered = 0;
  await turn();
  while (!finished && answered < 50) {
    const { data } = await send(app, '{ profile(id: "course") { name } }');
    expect(data).toEqual({ profile: { name: 'Course' } });
    if (!finished) answered += 1;
    await turn();
  }
  await end;
  return answered;
}

async function wordIds(store: Store): Promise<string[]> {
  const { nodes } = await store.wordPage('course', null, { first: 1000, after: null });
  return nodes.map(({ id }) => id);
}

test('others are answered while a large top-up is made', async () => {
  const { app, store } = await openTestApp();
  await createCourse(store, { teaching: 100 });
  const long = send(app, 'mutation { ensureDialogs(profileId: "course", min: 100) { unusedTotal } }');
  expect(await answeredMeanwhile(app, long)).toBeGreaterThan(0);
  expect(await long).toEqual({ data: { ensureDialogs: { unusedTotal: 100 } } });
});

test('others are answered between the mutations of one document', async () => {
  const { app, store } = await openTestApp();
  await createCourse(store, { teaching: 1000 });
  const ids = await wordIds(store);
  const mutations = Array.from(
    { length: 6 },
    (_, i) => `a${i}: setWordState(profileId: "course", wordIds: $ids, state: LEARNED) { id }`,
  );
  const long = send(app, `mutation ($ids: [ID!]!) { ${mutations.join(' ')} }`, { ids });
  expect(await answeredMeanwhile(app, long)).toBeGreaterThan(0);
});

test('others are answered while pages inside pages are read', async () => {
  const { app, store } = await openTestApp();
  for (let i = 0; i < 99; i += 1) await createCourse(store, { id: `course ${i}`, teaching: 30 });
  await createCourse(store);
  const long = send(
    app,
    '{ profiles(first: 100) { edges { node { words(first: 28) { edges { node { id text unusedDialog { id } } } } } } } }',
  );
  expect(await answeredMeanwhile(app, long)).toBeGreaterThan(0);
});

test('others are answered while a text of a megabyte is imported', async () => {
  const { app, store } = await openTestApp();
  await createCourse(store);
  const text = Array.from({ length: 20_000 }, (_, i) => `"${'palabra '.repeat(4)}${i}",word`).join('\n');
  const query = `mutation ($text: String!) {
    importWords(profileId: "course", input: { text: $text, format: CSV, dryRun: true }) { added }
  }`;
  const long = send(app, query, { text });
  expect(await answeredMeanwhile(app, long)).toBeGreaterThan(0);
  expect(await long).toEqual({ data: { importWords: { added: 20_000 } } });
});

test('others are answered while a dry run looks for the words that exist', async () => {
  const store = await tempSqliteStore();
  await createCourse(store, { pending: 10_000 });
  const order: string[] = [];
  let small: Promise<unknown> | undefined;
  const words: Store['words'] = (keys) => {
    small ??= send(app, '{ profile(id: "course") { name } }').then(() => order.push('answer'));
    order.push('read');
    return store.words(keys);
  };
  const { app } = await openTestApp({ store: { ...store, words } });
  const text = Array.from({ length: 10_000 }, (_, i) => `pending ${i}`).join('\n');
  const query = `mutation ($text: String!) {
    importWords(profileId: "course", input: { text: $text, format: CSV, dryRun: true }) { added existing }
  }`;
  expect(await send(app, query, { text })).toEqual({ data: { importWords: { added: 0, existing: 10_000 } } });
  await small;
  expect(order.lastIndexOf('read')).toBeGreaterThan(order.indexOf('answer'));
});
