import { expect, test } from 'vitest';
import { topUpLeaseKey } from '../../src/ports/leases.ts';
import { present, sampleDialog, sampleWord } from '../contract/samples.ts';
import { createCourse } from '../support/course.ts';
import { replacing } from '../support/scheduled-store.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { openTestApp, tempSqliteStore } from '../support/test-app.ts';
import { type StoreCall, traced } from '../support/traced-store.ts';

/** Something that is waited for until it is opened. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Resolves when `count` calls of a method have been answered. */
async function answered(calls: readonly StoreCall[], name: string, count: number): Promise<void> {
  const done = () => calls.filter((call) => call.name === name && call.ended < Number.POSITIVE_INFINITY);
  while (done().length < count) await new Promise(setImmediate);
}

test('a caller is answered by a count that began after it came', async () => {
  const bare = await tempSqliteStore();
  const { words } = await createCourse(bare, { teaching: 6 });
  const takeLease = bare.takeLease.bind(bare);
  bare.takeLease = async (...args) => {
    // Another process has filled the pool just before.
    for (const word of words.slice(0, 2)) await bare.createDialog(sampleDialog(word));
    return takeLease(...args);
  };
  const { opened, open } = gate();
  bare.checkWritable = () => opened;
  const { store, calls } = traced(bare);
  const { pool } = await openTestApp({ store });
  const first = pool.ensureDialogs('course', 2);
  await answered(calls, 'survey', 1);
  expect(await pool.claimDialogs('course', { count: 2 })).toHaveLength(2);
  const second = pool.ensureDialogs('course', 1);
  // Each caller has counted, and the top-up has counted for the newcomer.
  await answered(calls, 'unusedTotal', 3);
  open();
  expect((await second).unusedTotal).toBeLessThanOrEqual(await store.unusedTotal('course'));
  expect(await first).toMatchObject({ unusedTotal: 2, outcome: 'SATISFIED' });
  expect(await store.unusedTotal('course')).toBe(2);
});

test('a caller that waits for another process is answered by a count that began after it came', async () => {
  const bare = await tempSqliteStore();
  const { words } = await createCourse(bare, { teaching: 6 });
  const lease = await bare.takeLease(topUpLeaseKey('course'), 'other', null);
  const fill = () => Promise.all(words.slice(0, 3).map((word) => bare.createDialog(sampleDialog(word))));
  const { opened, open } = gate();
  let counts = 0;
  let isHeld = false;
  const store = replacing(bare, {
    async unusedTotal(profileId) {
      counts += 1;
      // The first caller counts, and then its top-up while it waits for the lease.
      if (counts !== 2) return bare.unusedTotal(profileId);
      await fill();
      const total = await bare.unusedTotal(profileId);
      isHeld = true;
      await opened;
      return total;
    },
  });
  const { pool } = await openTestApp({ store });
  const first = pool.ensureDialogs('course', 3);
  while (!isHeld) await new Promise(setImmediate);
  expect(await pool.claimDialogs('course', { count: 3 })).toHaveLength(3);
  const second = pool.ensureDialogs('course', 1);
  while (counts < 3) await new Promise(setImmediate);
  await new Promise(setImmediate);
  open();
  expect(await first).toMatchObject({ unusedTotal: 3, outcome: 'SATISFIED' });
  await bare.releaseLease(lease);
  expect(await second).toMatchObject({ unusedTotal: 1, outcome: 'SATISFIED' });
  expect(await bare.unusedTotal('course')).toBe(1);
});

test.each([
  ['it has reached the minimum', 'write', { outcome: 'SATISFIED' }],
  ['the generator has failed', 'fail-generator', { outcome: 'GENERATOR_UNAVAILABLE' }],
] as const)(
  'the caller is answered before the lease is given back, and the next top-up begins after that: %s',
  async (_, script, end) => {
    const bare = await tempSqliteStore();
    const releaseLease = bare.releaseLease.bind(bare);
    const { opened, open } = gate();
    bare.releaseLease = async (lease) => {
      await opened;
      await releaseLease(lease);
    };
    const { store, calls } = traced(bare);
    const { pool } = await openTestApp({ store, generator: scriptedGenerator(() => script) });
    await createCourse(store, { teaching: 12 });
    expect(await pool.ensureDialogs('course', 3)).toMatchObject(end);
    await pool.claimDialogs('course', { count: 3 });
    const second = pool.ensureDialogs('course', 3);
    const counts = calls.filter(({ name }) => name === 'unusedTotal').length;
    await answered(calls, 'unusedTotal', counts);
    await new Promise(setImmediate);
    const taken = () => calls.filter(({ name }) => name === 'takeLease');
    expect(taken()).toHaveLength(1);
    open();
    expect(await second).toMatchObject(end);
    const released = present(calls.find(({ name }) => name === 'releaseLease'));
    expect(present(taken()[1]).began).toBeGreaterThan(released.ended);
  },
);

test('a caller whose top-up is broken off is told before the lease is given back', async () => {
  const store = await tempSqliteStore();
  const releaseLease = store.releaseLease.bind(store);
  const { opened, open } = gate();
  store.releaseLease = async (lease) => {
    await opened;
    await releaseLease(lease);
  };
  const generator = scriptedGenerator(undefined, {
    turn: () => Promise.reject(new TypeError('a defect that each text brings out')),
  });
  const { pool } = await openTestApp({ store, generator });
  await createCourse(store, { teaching: 12 });
  await expect(pool.ensureDialogs('course', 3)).rejects.toThrow('a defect');
  open();
  await pool.finish(1_000);
});

test('a caller whose minimum the words do not allow is answered, although others claim and ask without end', async () => {
  const written = () => new Promise<void>((resolve) => setTimeout(resolve, 5));
  const generator = scriptedGenerator(undefined, { concurrency: 1, turn: written });
  const { pool, store } = await openTestApp({ generator });
  await createCourse(store, { teaching: 3 });
  let isAnswered = false;
  const waiting = pool.ensureDialogs('course', 12).finally(() => {
    isAnswered = true;
  });
  while (generator.asked.length === 0) await new Promise(setImmediate);
  let claims = 0;
  const practise = async () => {
    for (; !isAnswered && claims < 100; claims += 1) {
      await pool.claimDialogs('course', { count: 1 });
      await pool.ensureDialogs('course', 2);
    }
  };
  await Promise.all([practise(), practise(), practise()]);
  expect(await waiting).toMatchObject({ outcome: 'WORDS_EXHAUSTED' });
  expect(claims).toBeLessThan(50);
});

test('a caller gets another dialog for one that was claimed meanwhile, although the walk before it came was idle', async () => {
  const bare = await tempSqliteStore();
  const { words } = await createCourse(bare, { teaching: 1, pending: 1 });
  await bare.createDialog(sampleDialog(present(words.find(({ state }) => state === 'teaching'))));
  let joined = false;
  let draws = 0;
  const drawWords = bare.drawWords.bind(bare);
  bare.drawWords = async (...args) => {
    if (joined) draws += 1;
    // The walk that began before it came has looked for words twice.
    if (draws === 3) await bare.addWords('course', [sampleWord('course', 'later')]);
    return drawWords(...args);
  };
  const { store, calls } = traced(bare);
  let second: Promise<unknown> = Promise.resolve();
  const generator = scriptedGenerator(({ word }) => (word.text === 'teaching 0' ? 'write' : 'fail-word'), {
    turn: async () => {
      if (generator.asked.length === 1) {
        joined = true;
        second = pool.ensureDialogs('course', 2);
        await answered(calls, 'unusedTotal', 2);
        await new Promise(setImmediate);
      } else if (generator.asked.length === 2) await pool.claimDialogs('course', { count: 1 });
    },
  });
  const { pool } = await openTestApp({ store, generator });
  await pool.ensureDialogs('course', 2);
  expect(await second).toMatchObject({ unusedTotal: 1, outcome: 'WORDS_EXHAUSTED' });
  expect(generator.asked.map(({ word }) => word.text)).toEqual(['pending 0', 'later', 'teaching 0']);
});
