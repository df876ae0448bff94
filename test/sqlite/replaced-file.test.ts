import { copyFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts';
import { StoreUnavailable } from '../../src/model/errors.ts';
import { CALLS } from '../contract/misuse.ts';
import { storedPool } from '../contract/samples.ts';
import { graphql } from '../generated/index.ts';
import { createCourse } from '../support/course.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { openTestApp } from '../support/test-app.ts';

const Ensure = graphql(`
  mutation EnsureOnReplacedFile { ensureDialogs(profileId: "course", min: 5) { unusedTotal } }
`);

const AddWord = graphql(`
  mutation AddWordOnReplacedFile { addWords(profileId: "course", words: [{ text: "uno" }]) { added { id } } }
`);

const Words = graphql(`
  query WordsOnReplacedFile { profile(id: "course") { words(first: 9) { edges { node { text } } } } }
`);

const REPLACED = { code: 'STORE_UNAVAILABLE' };

/** What can happen to a file that is in use. */
const ACCIDENTS: [string, (path: string, folder: string) => Promise<void>][] = [
  ['deleted', (path) => rm(path)],
  ['deleted with its folder', (_, folder) => rm(folder, { recursive: true })],
  ['moved away', (path) => rename(path, `${path}.old`)],
  [
    'replaced by a copy',
    async (path) => {
      await copyFile(path, `${path}.copy`);
      await rename(`${path}.copy`, path);
    },
  ],
  ['left without its log', (path) => rm(`${path}-wal`)],
];

test.each(ACCIDENTS)(
  'a data file that is %s while it is in use is not written or read',
  async (_, damage) => {
    const folder = await tempFolder();
    const path = join(folder, 'pool.sqlite');
    const store = await openSqliteStore({ path });
    onTestFinished(() => store.close());
    const { app, send } = await openTestApp({ store });
    await createCourse(store, { teaching: 9 });
    expect((await send(Ensure, {})).errors).toEqual([]);

    await damage(path, folder);
    for (const { errors } of [await send(AddWord, {}), await send(AddWord, {})]) {
      expect(errors[0]?.extensions).toEqual(REPLACED);
      expect(errors[0]?.message).toContain('An operator has to look at the store');
    }
    // Reads check the file only every 250 ms.
    await expect.poll(async () => (await send(Words, {})).errors[0]?.extensions).toEqual(REPLACED);
    expect((await send(Ensure, {})).errors[0]?.extensions).toEqual(REPLACED);
    expect((await app.fetch('http://127.0.0.1/ready')).status).toBe(503);
  },
);

test('no call answers from a data file that is deleted', async () => {
  const path = join(await tempFolder(), 'pool.sqlite');
  const store = await openSqliteStore({ path });
  onTestFinished(() => store.close());
  await storedPool(store, 'a', 1);
  await rm(path);
  await expect.poll(() => store.profiles(['a']).catch((error) => error)).toBeInstanceOf(StoreUnavailable);
  for (const [method, call] of Object.entries(CALLS)) {
    const error: unknown = await call(store).catch((thrown: unknown) => thrown);
    expect(error, method).toBeInstanceOf(StoreUnavailable);
    expect(error, method).toMatchObject({ retryable: false });
  }
});

test('a data file that is back in its place is used again', async () => {
  const path = join(await tempFolder(), 'pool.sqlite');
  const store = await openSqliteStore({ path });
  onTestFinished(() => store.close());
  const { app, send } = await openTestApp({ store });
  await createCourse(store, { teaching: 9 });
  await rename(path, `${path}.old`);
  expect((await send(AddWord, {})).errors[0]?.extensions).toEqual(REPLACED);
  await rename(`${path}.old`, path);
  expect((await send(AddWord, {})).errors).toEqual([]);
  expect((await app.fetch('http://127.0.0.1/ready')).status).toBe(200);
});
