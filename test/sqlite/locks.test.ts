import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import Libsql from 'libsql';
import { expect, onTestFinished, test } from 'vitest';
import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts';
import { StoreUnavailable } from '../../src/model/errors.ts';
import { runWithRequest } from '../../src/ports/request.ts';
import { disposing } from '../contract/opened-store.ts';
import { sampleProfile, storedWords } from '../contract/samples.ts';
import { openFreshFile } from './opened-file.ts';

const open = disposing(openFreshFile);

/** Another user of the file. */
function handleOn(path: string): Libsql.Database {
  const handle = new Libsql(path);
  onTestFinished(() => {
    handle.close();
  });
  return handle;
}

test('writes that waited for a lock run in the order of their calls', async () => {
  const { path, store } = await open();
  await storedWords(store, 'a', 0);
  const other = handleOn(path);
  other.exec('BEGIN IMMEDIATE');
  const done: string[] = [];
  const names = Array.from({ length: 20 }, (_, i) => `name ${i}`);
  const writes = names.map(async (name) => {
    await store.updateProfile('a', { name });
    done.push(name);
  });
  expect(await store.profiles(['a'])).toEqual([sampleProfile('a')]);
  expect(done).toEqual([]);
  other.exec('COMMIT');
  await Promise.all(writes);
  expect(done).toEqual(names);
  expect(await store.profiles(['a'])).toMatchObject([{ name: 'name 19' }]);
});

test('a write that fails does not block later writes', async () => {
  const { store } = await open();
  const writes = [
    store.updateProfile('none', { name: 'x' }),
    store.createProfile(sampleProfile('a')),
    store.createProfile(sampleProfile('a')),
    store.updateProfile('a', { name: 'last' }),
  ];
  const results = await Promise.allSettled(writes);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled']);
  expect(await store.profiles(['a'])).toMatchObject([{ name: 'last' }]);
});

test('a caller with many writes keeps that of another caller waiting for one of them', async () => {
  const { store } = await open();
  await storedWords(store, 'a', 0);
  const order: string[] = [];
  const write = (caller: string) =>
    runWithRequest({ id: 'request', began: 0, network: 'one', caller }, async () => {
      await store.updateProfile('a', { name: caller });
      order.push(caller);
    });
  await Promise.all([...Array.from({ length: 20 }, () => write('busy')), write('other')]);
  expect(order.indexOf('other')).toBeLessThanOrEqual(2);
});

test('many concurrent writes do not block the event loop', async () => {
  const { store } = await open();
  await storedWords(store, 'a', 0);
  let written = 0;
  const writes = Array.from({ length: 100 }, async (_, i) => {
    await store.updateProfile('a', { name: `name ${i}` });
    written += 1;
  });
  const seen: number[] = [];
  while (written < 100) {
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(written);
  }
  await Promise.all(writes);
  expect(new Set(seen).size).toBeGreaterThan(50);
});

test('a store that is closed does not wait for a lock', async () => {
  const { path, store, another } = await open();
  const patient = await openSqliteStore({ path, lockWaitMs: 3_600_000 });
  const other = handleOn(path);
  other.exec('BEGIN IMMEDIATE');
  const writes = ['a', 'b'].map((id) => patient.createProfile(sampleProfile(id)));
  const refused = Promise.all(writes.map((write) => expect(write).rejects.toThrow(StoreUnavailable)));
  await patient.close();
  await refused;
  other.exec('COMMIT');
  expect((await store.profilePage({ first: 9, after: null })).nodes).toEqual([]);
  await (await another()).checkWritable(null);
});

test('a file that another process locks exclusively is opened when that process ends', async () => {
  const { path, store } = await open();
  await storedWords(store, 'a', 3);
  await store.close();
  const copy = join(dirname(path), 'copy.db');
  await copyFile(path, copy);
  const script = `
    const handle = new (require('libsql'))(process.argv[1]);
    handle.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    console.log('held');
    setInterval(() => {}, 1000);`;
  const other = spawn(process.execPath, ['-e', script, copy], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    other.kill('SIGKILL');
  });
  await once(other.stdout, 'data');
  await expect(openSqliteStore({ path: copy, lockWaitMs: 20 })).rejects.toThrow(
    `The data file ${copy} cannot be opened: database is locked`,
  );
  const opening = openSqliteStore({ path: copy });
  other.kill('SIGKILL');
  const opened = await opening;
  onTestFinished(() => opened.close());
  expect(await opened.wordCounts(['a'])).toEqual([{ pending: 0, teaching: 3, learned: 0 }]);
});
