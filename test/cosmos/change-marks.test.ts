import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { notifying } from '../../src/adapters/cosmos/notifying.ts';
import { WATCH_ID } from '../../src/adapters/cosmos/watch-document.ts';
import type { ChangeMark } from '../../src/ports/change-marks.ts';
import type { Store } from '../../src/ports/store.ts';
import { CHANGES } from '../contract/change-marks.ts';
import { idsOf, present, storedWords } from '../contract/samples.ts';
import { type Emulator, startEmulator } from '../emulators/cosmos-emulator.ts';
import { graphql } from '../generated/index.ts';
import { createCourse } from '../support/course.ts';
import { subscribe } from '../support/event-stream.ts';
import { memoryLog } from '../support/memory-log.ts';
import { openTestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';
import { behindProxy } from './behind-proxy.ts';
import type { FaultyProxy } from './faulty-proxy.ts';
import { nextSecond } from './next-second.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

const fullLookOf = async (store: Store) => present((await store.changeMark('a', null)).fullLook).mark;

/** A watcher of the profile `a` that asks when the test says so, and by no full look. */
async function watcherOf(store: Store) {
  let last = await store.changeMark('a', null);
  return {
    async hasChanged(): Promise<boolean> {
      const fullLook = { ...present(last.fullLook), callsAgo: 0 };
      const mark: ChangeMark = await store.changeMark('a', { ...last, fullLook });
      const hasChanged = mark.mark !== last.mark;
      last = mark;
      return hasChanged;
    },
  };
}

const operationsOf = (proxy: FaultyProxy) => proxy.watching.map(({ operation }) => operation);

test('a full look differs after a word is removed that was written long before the last ones', async () => {
  const { store } = await behindProxy(emulator);
  const ids = idsOf(await storedWords(store, 'a', 45));
  await nextSecond();
  await store.setWordState('a', ids.slice(0, 3), 'pending');
  const marks = [await fullLookOf(store)];
  expect(await fullLookOf(store)).toBe(marks[0]);
  for (const id of ids.slice(3, 12)) {
    await store.removeWords('a', [id]);
    marks.push(await fullLookOf(store));
  }
  expect(new Set(marks).size).toBe(10);
});

test('a full look stays the same after many words, and many records of top-ups, were written within a second', async () => {
  const { store, direct } = await behindProxy(emulator);
  await nextSecond();
  const [first = ''] = idsOf(await storedWords(store, 'a', 45));
  await nextSecond();
  const { items } = direct.database.container('top_ups');
  await Promise.all(
    Array.from({ length: 60 }, (_, i) => items.create({ id: `other ${i}`, profile_id: 'a' })),
  );
  const before = await fullLookOf(store);
  for (let i = 0; i < 3; i += 1) expect(await fullLookOf(store)).toBe(before);
  await store.setWordState('a', [first], 'pending');
  const after = await fullLookOf(store);
  expect(after).not.toBe(before);
  expect(await fullLookOf(store)).toBe(after);
});

test('a look costs one read, and a write for every third change, and finds what another process has changed', async () => {
  const { store, proxy, direct } = await behindProxy(emulator);
  const [id = ''] = idsOf(await storedWords(direct.store, 'a', 3));
  const watcher = await watcherOf(store);
  // What was changed before the watcher came may be told late.
  await until(async () => !(await watcher.hasChanged()));
  proxy.reset();
  for (const state of ['pending', 'learned', 'pending'] as const) {
    await direct.store.setWordState('a', [id], state);
    await until(() => watcher.hasChanged());
  }
  // One write acknowledges several changes.
  const written = operationsOf(proxy).filter((operation) => operation !== 'read top_ups');
  expect(written.length).toBeLessThanOrEqual(1);
  expect(proxy.exchanges).toEqual([]);
});

test('a change costs one read in the background if nobody watches', async () => {
  const { store, proxy, direct } = await behindProxy(emulator);
  const [id = ''] = idsOf(await storedWords(direct.store, 'a', 3));
  await store.setWordState('a', [id], 'pending');
  await until(() => proxy.watching.length > 0);
  await store.close();
  expect(operationsOf(proxy)).toEqual(['read top_ups']);
});

test('changes that follow each other closely cost one read', async () => {
  const { store, proxy, direct } = await behindProxy(emulator);
  const ids = idsOf(await storedWords(direct.store, 'a', 12));
  await Promise.all(ids.map((id) => store.setWordState('a', [id], 'pending')));
  await store.close();
  // A slow machine may take longer for all of them than changes are gathered.
  expect(operationsOf(proxy).length).toBeLessThan(ids.length);
});

test('watchers are told no longer after they have gone, and again when they come back', async () => {
  const { store, proxy, another } = await behindProxy(emulator);
  const creator = await another();
  await storedWords(creator, 'a', 3);
  // It tells its changes now, and not while the others are counted.
  await creator.close();
  const watcher = await watcherOf(store);
  const told = async () => {
    const process = await another();
    proxy.reset();
    await process.updateProfile('a', { name: 'x' });
    await process.close();
    return operationsOf(proxy).at(-1);
  };
  const untold: unknown[] = [];
  while (untold.at(-1) !== 'read top_ups') untold.push(await told());
  expect(untold.slice(-2)).toEqual(['delete top_ups', 'read top_ups']);
  expect(untold.length).toBeLessThanOrEqual(10);
  expect(await watcher.hasChanged()).toBe(true);
  // While somebody looks, the document stays.
  for (let changes = 0; changes < 20; changes += 1) {
    expect(await told()).toBe('replace top_ups');
    expect(await watcher.hasChanged()).toBe(true);
  }
});

test('every kind of change is told', async () => {
  const { direct } = await behindProxy(emulator);
  const told: string[] = [];
  const store = notifying(direct.store, (profileId) => told.push(profileId));
  for (const [name, change] of CHANGES) {
    told.length = 0;
    await change(store);
    expect(new Set(told), name).toEqual(new Set(['a']));
  }
});

test('a process that stops tells its last changes first', async () => {
  const { store, another } = await behindProxy(emulator);
  const [id = ''] = idsOf(await storedWords(store, 'a', 3));
  const other = await another();
  const watcher = await watcherOf(store);
  await until(async () => !(await watcher.hasChanged()));
  await other.setWordState('a', [id], 'pending');
  await other.close();
  expect(await watcher.hasChanged()).toBe(true);
});

test('what a process did not tell, or another program has changed, is found by one of the next ten looks', async () => {
  const { store, direct } = await behindProxy(emulator);
  const [id = ''] = idsOf(await storedWords(store, 'a', 3));
  const word = direct.database.container('words').item(id, 'a');
  let last = await store.changeMark('a', null);
  for (let round = 0; round < 3; round += 1) {
    const { resource } = await word.read();
    await word.replace({ ...resource, translation: `other ${round}` });
    const { mark } = last;
    let calls = 0;
    for (; calls < 10 && last.mark === mark; calls += 1) last = await store.changeMark('a', last);
    expect(last.mark).not.toBe(mark);
  }
});

test('a change is made also if watchers cannot be told', async () => {
  const log = memoryLog();
  const { store, proxy } = await behindProxy(emulator, { log });
  const [id = ''] = idsOf(await storedWords(store, 'a', 3));
  proxy.faultOfWatching = () => ({ kind: 'status', status: 403 });
  const [word] = await store.setWordState('a', [id], 'learned');
  expect(word?.state).toBe('learned');
  await store.close();
  expect(log.lines.join()).toContain('watchers were not told of a change');
});

test('changes are found by full looks if the document for watchers cannot be written', async () => {
  const { store, direct, proxy } = await behindProxy(emulator);
  const [id = ''] = idsOf(await storedWords(direct.store, 'a', 3));
  // As from a partition that is full.
  proxy.faultOfWatching = ({ operation }) =>
    operation.startsWith('read') ? null : { kind: 'status', status: 403 };
  let last = await store.changeMark('a', null);
  const { mark } = last;
  await direct.store.setWordState('a', [id], 'learned');
  for (let calls = 0; calls < 10 && last.mark === mark; calls += 1) last = await store.changeMark('a', last);
  expect(last.mark).not.toBe(mark);
});

test('a profile that is deleted keeps no document for watchers, also while it is watched', async () => {
  const { store, direct } = await behindProxy(emulator);
  await storedWords(store, 'a', 3);
  const watcher = await watcherOf(store);
  await store.deleteProfile('a');
  await until(() => watcher.hasChanged());
  await watcher.hasChanged();
  const { statusCode } = await direct.database.container('top_ups').item(WATCH_ID, 'a').read();
  expect(statusCode).toBe(404);
});

test('ten clients that watch a pool cost one read in a second', async () => {
  const { store, direct, proxy } = await behindProxy(emulator);
  await createCourse(direct.store, { teaching: 3 });
  const app = await openTestApp({ store });
  const Watch = graphql(`
    subscription WatchPoolOnCosmos { pool(profileId: "course") { unusedTotal } }
  `);
  const streams = await Promise.all(Array.from({ length: 10 }, () => subscribe(app, Watch, {})));
  await Promise.all(streams.map((stream) => stream.next()));
  await until(() => operationsOf(proxy).includes('create top_ups'));
  proxy.reset();
  await pause(2_500);
  const reads = operationsOf(proxy).filter((operation) => operation === 'read top_ups').length;
  expect(reads).toBeGreaterThanOrEqual(1);
  expect(reads).toBeLessThanOrEqual(3);
  await Promise.all(streams.map((stream) => stream.hangUp()));
});
