import { describe, expect, onTestFinished, test } from 'vitest';
import { StoreUnavailable } from '../../src/model/errors.ts';
import type { Store } from '../../src/ports/store.ts';
import { graphql } from '../generated/index.ts';
import { createCourse } from '../support/course.ts';
import { subscribe } from '../support/event-stream.ts';
import { type Gate, newGate } from '../support/gate.ts';
import { movableClock } from '../support/movable-clock.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { STORES } from '../support/stores.ts';
import { openTestApp, tempSqliteStore } from '../support/test-app.ts';
import { traced, untilQuiet } from '../support/traced-store.ts';
import { until } from '../support/until.ts';

const Start = graphql(`
  mutation StartWatchedTopUp($min: Int!) { startTopUp(profileId: "course", min: $min) { id } }
`);

const WatchTopUp = graphql(`
  subscription WatchTopUp($id: ID!) {
    topUp(profileId: "course", topUpId: $id) { state unusedTotal created { id turns { text } } outcome }
  }
`);

const ClaimBesideWatchers = graphql(`
  mutation ClaimBesideWatchers { claimDialogs(profileId: "course", whenEmpty: WAIT) { id } }
`);

const WatchPool = graphql(`
  subscription WatchPool { pool(profileId: "course") { unusedTotal usedTotal shortfall currentTopUp { id } } }
`);

const Claim = graphql(`
  mutation ClaimWatched($count: Int!) { claimDialogs(profileId: "course", count: $count) { id } }
`);

/** A generator that writes one dialog whenever the test says so. */
function oneAtATime() {
  const waiting: (() => void)[] = [];
  const generator = scriptedGenerator(undefined, {
    concurrency: 1,
    turn: () => new Promise((letGo) => waiting.push(letGo)),
  });
  return {
    generator,
    async write(): Promise<void> {
      await until(() => waiting.length > 0);
      waiting.shift()?.();
    },
  };
}

describe.each(STORES)('the progress of a top-up on $name', ({ open }) => {
  test('is sent at once and after every dialog, to this process and to another, until it has ended', async () => {
    const { generator, write } = oneAtATime();
    const store = await open();
    const [runner, other] = [await openTestApp({ store, generator }), await openTestApp({ store })];
    await createCourse(store, { teaching: 5 });
    const { startTopUp } = await runner.ask(Start, { min: 3 });
    const streams = await Promise.all([runner, other].map((app) => subscribe(app, WatchTopUp, startTopUp)));
    for (const stream of streams) {
      expect((await stream.next()).topUp).toMatchObject({ created: [], outcome: null });
    }
    for (let count = 1; count <= 2; count += 1) {
      await write();
      for (const stream of streams) {
        let { topUp } = await stream.next();
        while (topUp.created.length < count) ({ topUp } = await stream.next());
        expect(topUp).toMatchObject({ state: 'RUNNING', outcome: null });
        expect(topUp.created).toHaveLength(count);
      }
    }
    await write();
    const ends = await Promise.all(streams.map(async (stream) => (await stream.rest()).at(-1)?.topUp));
    for (const end of ends) {
      expect(end).toMatchObject({ state: 'ENDED', outcome: 'SATISFIED', unusedTotal: 3 });
      expect(end?.created).toHaveLength(3);
    }
    // A client that connects again sees the same end.
    const again = await subscribe(other, WatchTopUp, startTopUp);
    expect((await again.rest()).map(({ topUp }) => topUp)).toEqual([ends[0]]);
  });

  test('and the state of the pool is sent after every change, by any process', async () => {
    const store = await open();
    const [watching, other] = [await openTestApp({ store }), await openTestApp({ store })];
    await createCourse(store, { teaching: 5, minDialogs: 4 });
    const stream = await subscribe(watching, WatchPool, {});
    expect((await stream.next()).pool).toEqual({
      unusedTotal: 0,
      usedTotal: 0,
      shortfall: 4,
      currentTopUp: null,
    });
    const nextWith = async (unusedTotal: number) => {
      for (;;) {
        const { pool } = await stream.next();
        if (pool.unusedTotal === unusedTotal && pool.currentTopUp === null) return pool;
      }
    };
    await watching.ask(Start, { min: 4 });
    await nextWith(4);
    await other.ask(Claim, { count: 3 });
    expect(await nextWith(1)).toMatchObject({ usedTotal: 3, shortfall: 3 });
    await stream.hangUp();
  });
});

test('what changes for other profiles, or in fields that are not selected, is not sent', async () => {
  const { store, calls } = traced(await tempSqliteStore());
  const clock = movableClock();
  const app = await openTestApp({ store, clock });
  await createCourse(store, { teaching: 5, minDialogs: 4 });
  await createCourse(store, { id: 'other', teaching: 9 });
  const stream = await subscribe(app, WatchPool, {});
  const first = await stream.next();
  for (let claims = 0; claims < 5; claims += 1) {
    await app.pool.ensureDialogs('other', 3);
    await app.pool.claimDialogs('other', { count: 3 });
    await store.updateProfile('course', { name: `Course ${claims}` });
    // The next look at the store.
    await untilQuiet(calls);
    clock.move(250);
    await untilQuiet(calls);
  }
  await app.pool.ensureDialogs('course', 4);
  const totals = new Set([first.pool.unusedTotal]);
  let events = 1;
  for (; !totals.has(4); events += 1) totals.add((await stream.next()).pool.unusedTotal);
  // Each dialog and the record of the top-up may be an event.
  expect(events).toBeLessThanOrEqual(1 + 4 + 2);
  await stream.hangUp();
});

test('a change between the first event and the first look at the store is sent', async () => {
  const store = await tempSqliteStore();
  const looks = newGate();
  const changeMark: Store['changeMark'] = async (...asked) => {
    await looks.opened;
    return store.changeMark(...asked);
  };
  const watching = await openTestApp({ store: { ...store, changeMark } });
  const other = await openTestApp({ store });
  await createCourse(store, { teaching: 5 });
  await other.pool.ensureDialogs('course', 2);
  const stream = await subscribe(watching, WatchPool, {});
  expect((await stream.next()).pool).toMatchObject({ unusedTotal: 2, usedTotal: 0 });
  await other.ask(Claim, { count: 1 });
  looks.open();
  expect((await stream.next()).pool).toMatchObject({ unusedTotal: 1, usedTotal: 1 });
  await stream.hangUp();
});

test('a client can leave while the read of its next event fails', async () => {
  const unhandled: unknown[] = [];
  const keep = (error: unknown) => unhandled.push(error);
  process.on('unhandledRejection', keep);
  onTestFinished(() => void process.off('unhandledRejection', keep));
  const store = await tempSqliteStore();
  let reading: Gate | null = null;
  let reads = 0;
  const profiles: Store['profiles'] = async (ids) => {
    if (reading === null) return store.profiles(ids);
    reads += 1;
    await reading.opened;
    throw new StoreUnavailable(new Error('no connection'));
  };
  const { store: watched, calls } = traced({ ...store, profiles });
  const watching = await openTestApp({ store: watched });
  const changing = await openTestApp({ store });
  await createCourse(store, { teaching: 5 });
  const stream = await subscribe(watching, WatchPool, {});
  await stream.next();
  reading = newGate();
  await changing.pool.ensureDialogs('course', 1);
  const next = stream.next().catch(String);
  await until(() => reads > 0);
  await stream.hangUp();
  reading.open();
  expect(await next).toBe('Error: the stream has ended');
  await untilQuiet(calls);
  expect(unhandled).toEqual([]);
});

describe('what watching costs', () => {
  test('50 watchers of a profile cost one poll, and none is left when they have gone', async () => {
    const { store, calls } = traced(await tempSqliteStore());
    const clock = movableClock();
    const app = await openTestApp({ store, clock });
    await createCourse(store, { teaching: 5 });
    const polls = () => calls.filter(({ name }) => name === 'changeMark').length;
    const pollsInASecond = async () => {
      const before = polls();
      for (let quarter = 0; quarter < 4; quarter += 1) {
        await untilQuiet(calls);
        clock.move(250);
      }
      await untilQuiet(calls);
      return polls() - before;
    };
    expect(await pollsInASecond()).toBe(0);

    const streams = await Promise.all(Array.from({ length: 50 }, () => subscribe(app, WatchPool, {})));
    await Promise.all(streams.map((stream) => stream.next()));
    await until(() => polls() === 1);
    expect(await pollsInASecond()).toBe(4);

    await Promise.all(streams.map((stream) => stream.hangUp()));
    expect(await pollsInASecond()).toBe(0);
  });

  test('a process has at most 1,000 watchers, and a claim that waits is one of them', async () => {
    const app = await openTestApp();
    await createCourse(app.store, { teaching: 5 });
    const streams = [];
    for (let i = 0; i < 1_000; i += 1) streams.push(await subscribe(app, WatchPool, {}));
    const refused = await subscribe(app, WatchPool, {});
    await expect(refused.next()).rejects.toThrow(/This server has too many/);
    await streams[0]?.next();
    await streams[0]?.hangUp();
    expect((await app.ask(ClaimBesideWatchers, {})).claimDialogs).toHaveLength(1);
    const stream = await subscribe(app, WatchPool, {});
    expect((await stream.next()).pool.unusedTotal).toBeGreaterThan(0);
    await Promise.all([...streams, stream].map((open) => open.hangUp()));
  });
});

test('a server that stops ends its streams at once', async () => {
  const app = await openTestApp();
  await createCourse(app.store, { teaching: 5 });
  const streams = await Promise.all(Array.from({ length: 50 }, () => subscribe(app, WatchPool, {})));
  await Promise.all(streams.map((stream) => stream.next()));
  await app.pool.finish(0);
  expect(await Promise.all(streams.map((stream) => stream.rest()))).toEqual(Array(50).fill([]));
});

describe('limits and errors hold for subscriptions as for queries', () => {
  test('an unknown profile and an unknown top-up have their codes', async () => {
    const app = await openTestApp();
    const codes = async () => {
      const stream = await subscribe(app, WatchTopUp, { id: 'x' });
      return stream.next().catch(String);
    };
    expect(await codes()).toMatch(/PROFILE_NOT_FOUND/);
    await createCourse(app.store);
    expect(await codes()).toMatch(/TOP_UP_NOT_FOUND/);
  });

  test('a response that could be too large is refused', async () => {
    const app = await openTestApp();
    await createCourse(app.store);
    const TooLarge = graphql(`
      subscription WatchTooMuch($id: ID!) {
        topUp(profileId: "course", topUpId: $id) {
          created { id word { id text unusedDialog { id turns { text translation speaker } } } turns { text translation } }
          skipped { word { id text unusedDialog { id turns { text translation speaker } } } }
        }
      }
    `);
    const stream = await subscribe(app, TooLarge, { id: 'x' });
    await expect(stream.next()).rejects.toThrow(/BAD_USER_INPUT.*|The response could have/);
  });
});
