import { describe, expect, test } from 'vitest';
import { StoreUnavailable } from '../../src/model/errors.ts';
import { topUpLeaseKey } from '../../src/ports/leases.ts';
import type { Store } from '../../src/ports/store.ts';
import { sampleTopUp } from '../contract/samples.ts';
import { graphql } from '../generated/index.ts';
import { skippingClock } from '../support/clocks.ts';
import { createCourse } from '../support/course.ts';
import { movableClock } from '../support/movable-clock.ts';
import { replacing } from '../support/scheduled-store.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { USUAL_STORES } from '../support/stores.ts';
import { openTestApp, type TestApp, tempSqliteStore } from '../support/test-app.ts';
import { type StoreCall, traced, untilQuiet } from '../support/traced-store.ts';
import { until } from '../support/until.ts';

const Start = graphql(`
  mutation StartTopUp($min: Int) {
    startTopUp(profileId: "course", min: $min) { id state min unusedTotal outcome startedAt endedAt profile { id } }
  }
`);

const Cancel = graphql(`
  mutation CancelTopUp($id: ID!) { cancelTopUp(profileId: "course", topUpId: $id) { id } }
`);

const Read = graphql(`
  query ReadTopUp($id: ID!) {
    profile(id: "course") {
      topUp(id: $id) {
        state
        min
        unusedTotal
        created { id isUsed }
        skipped { word { text } reason message }
        spend { calls inputTokens outputTokens cost }
        outcome
        message
        endedAt
      }
      pool { unusedTotal currentTopUp { id } }
    }
  }
`);

const List = graphql(`
  query ListTopUps($first: Int, $after: String) {
    profile(id: "course") {
      topUps(first: $first, after: $after) { edges { cursor node { id state } } pageInfo { hasNextPage endCursor } }
    }
  }
`);

const Ensure = graphql(`
  mutation EnsureBesideTopUp($min: Int!) {
    ensureDialogs(profileId: "course", min: $min) { unusedTotal outcome created { id } }
  }
`);

/** A generator of two dialogs at a time, each of which waits until the test lets it be written. */
function steppedGenerator() {
  const waiting: (() => void)[] = [];
  let isFree = false;
  const generator = scriptedGenerator(undefined, {
    concurrency: 2,
    turn: () => (isFree ? Promise.resolve() : new Promise((letGo) => waiting.push(letGo))),
  });
  const step = () => new Promise(setImmediate);
  return {
    generator,
    /** Resolves when `count` words have been tried. */
    async asked(count: number): Promise<void> {
      while (generator.asked.length < count) await step();
    },
    /** Lets `count` dialogs be written. */
    async write(count: number): Promise<void> {
      for (let i = 0; i < count; i += 1) {
        while (waiting.length === 0) await step();
        waiting.shift()?.();
      }
    },
    /** Lets all dialogs be written from now on. */
    writeAll(): void {
      isFree = true;
      for (const letGo of waiting.splice(0)) letGo();
    },
  };
}

/** Reads the top-up until `isSo` is true of it. */
async function readUntil(app: TestApp, id: string, isSo: (topUp: ReadTopUp) => boolean): Promise<ReadTopUp> {
  for (;;) {
    const topUp = await read(app, id);
    if (isSo(topUp)) return topUp;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function read(app: TestApp, id: string) {
  const { profile } = await app.ask(Read, { id });
  if (!profile?.topUp) throw new Error('there is no such top-up');
  return { ...profile.topUp, pool: profile.pool };
}
type ReadTopUp = Awaited<ReturnType<typeof read>>;

const isOver = ({ state }: ReadTopUp) => state !== 'WAITING' && state !== 'RUNNING';

describe.each(USUAL_STORES)('a top-up in the background on $name', ({ open }) => {
  test('is returned at once, shows its progress, and ends with what it made', async () => {
    const { generator, write, writeAll } = steppedGenerator();
    const prices = { perMillionInputTokens: 100, perMillionOutputTokens: 1000 };
    const app = await openTestApp({ store: await open(), generator, prices });
    await createCourse(app.store, { teaching: 8 });
    const { startTopUp } = await app.ask(Start, { min: 5 });
    expect(startTopUp).toMatchObject({ min: 5, outcome: null, endedAt: null, profile: { id: 'course' } });
    expect(['WAITING', 'RUNNING']).toContain(startTopUp.state);

    await write(2);
    const running = await readUntil(app, startTopUp.id, ({ created }) => created.length === 2);
    expect(running).toMatchObject({ state: 'RUNNING', outcome: null, endedAt: null, spend: { calls: 2 } });
    expect(running.pool).toEqual({ unusedTotal: 2, currentTopUp: { id: startTopUp.id } });

    writeAll();
    const ended = await readUntil(app, startTopUp.id, isOver);
    expect(ended).toMatchObject({
      state: 'ENDED',
      outcome: 'SATISFIED',
      message: null,
      unusedTotal: 5,
      spend: { calls: 5, inputTokens: 50, outputTokens: 100, cost: 0.105 },
      pool: { unusedTotal: 5, currentTopUp: null },
    });
    expect(ended.created).toHaveLength(5);
    expect(ended.endedAt).not.toBeNull();
    expect(generator.asked).toHaveLength(5);
  });

  test('reports the words that it skipped, with their reasons', async () => {
    const generator = scriptedGenerator(({ word }) => (word.text === 'teaching 1' ? 'fail-word' : 'write'));
    const app = await openTestApp({ store: await open(), generator });
    await createCourse(app.store, { teaching: 2 });
    const { startTopUp } = await app.ask(Start, { min: 3 });
    const ended = await readUntil(app, startTopUp.id, isOver);
    expect(ended).toMatchObject({ state: 'ENDED', outcome: 'WORDS_EXHAUSTED', unusedTotal: 1 });
    expect(ended.skipped).toEqual([
      {
        word: { text: 'teaching 1' },
        reason: 'GENERATION_FAILED',
        message: 'The script refuses this word.',
      },
    ]);
  });

  test('says that it was broken off if the store fails while it runs', async () => {
    const sound = await open();
    let hasFailed = false;
    const store = replacing(sound, {
      async createDialog(...args) {
        const created = await sound.createDialog(...args);
        hasFailed = true;
        return created;
      },
      async unusedTotal(...args) {
        if (hasFailed) throw new StoreUnavailable();
        return sound.unusedTotal(...args);
      },
    });
    const app = await openTestApp({ store, generator: scriptedGenerator(undefined, { concurrency: 1 }) });
    await createCourse(store, { teaching: 9 });
    const { startTopUp } = await app.ask(Start, { min: 9 });
    const ended = await readUntil(app, startTopUp.id, isOver);
    expect(ended).toMatchObject({
      state: 'ENDED',
      outcome: null,
      message: expect.stringContaining('Start another top-up to get the rest.'),
    });
    expect(ended.created.length).toBeGreaterThan(0);
    expect(ended.endedAt).not.toBeNull();
  });

  test('is shared by all who start one meanwhile, and by callers of ensureDialogs', async () => {
    const { generator, asked, writeAll } = steppedGenerator();
    const app = await openTestApp({ store: await open(), generator });
    await createCourse(app.store, { teaching: 20 });
    const first = await app.ask(Start, { min: 4 });
    await asked(2);
    const others = await Promise.all([app.ask(Start, { min: 7 }), app.ask(Start, { min: 2 })]);
    expect(others.map(({ startTopUp }) => startTopUp.id)).toEqual(Array(2).fill(first.startTopUp.id));
    const ensuring = app.ask(Ensure, { min: 9 });
    writeAll();
    expect((await ensuring).ensureDialogs).toMatchObject({ unusedTotal: 9, outcome: 'SATISFIED' });
    const ended = await readUntil(app, first.startTopUp.id, isOver);
    expect(ended).toMatchObject({ state: 'ENDED', min: 9, outcome: 'SATISFIED', unusedTotal: 9 });
    expect(generator.asked).toHaveLength(9);
  });

  test('that is cancelled keeps what is under way and begins nothing more', async () => {
    const { generator, asked, writeAll } = steppedGenerator();
    const app = await openTestApp({ store: await open(), generator });
    await createCourse(app.store, { teaching: 20 });
    const { startTopUp } = await app.ask(Start, { min: 12 });
    await asked(2);
    await app.ask(Cancel, { id: startTopUp.id });
    writeAll();
    const ended = await readUntil(app, startTopUp.id, isOver);
    expect(ended).toMatchObject({ state: 'CANCELLED', outcome: null, unusedTotal: 2 });
    expect(ended.created).toHaveLength(2);
    expect(generator.asked).toHaveLength(2);
    await app.ask(Cancel, { id: startTopUp.id });
    expect((await read(app, startTopUp.id)).state).toBe('CANCELLED');
  });

  test('that is cancelled goes on for a caller of ensureDialogs, as far as that caller needs', async () => {
    const { generator, asked, writeAll } = steppedGenerator();
    const app = await openTestApp({ store: await open(), generator });
    await createCourse(app.store, { teaching: 20 });
    const { startTopUp } = await app.ask(Start, { min: 15 });
    await asked(2);
    const ensuring = app.ask(Ensure, { min: 6 });
    while ((await read(app, startTopUp.id)).state !== 'RUNNING') await new Promise(setImmediate);
    await app.ask(Cancel, { id: startTopUp.id });
    writeAll();
    expect((await ensuring).ensureDialogs).toMatchObject({ unusedTotal: 6, outcome: 'SATISFIED' });
    expect(await readUntil(app, startTopUp.id, isOver)).toMatchObject({ state: 'ENDED', unusedTotal: 6 });
    expect(generator.asked).toHaveLength(6);
  });

  test('that is cancelled and goes on for a caller does not keep later callers waiting for what they do not need', async () => {
    const { generator, asked, write, writeAll } = steppedGenerator();
    const { store, calls } = traced(await open());
    const app = await openTestApp({ store, generator });
    await createCourse(store, { teaching: 30 });
    const { startTopUp } = await app.ask(Start, { min: 15 });
    await asked(2);
    const large = app.ask(Ensure, { min: 20 });
    await write(1);
    await readUntil(app, startTopUp.id, ({ min }) => min === 20);
    await app.ask(Cancel, { id: startTopUp.id });
    const before = calls.length;
    const small = app.ask(Ensure, { min: 5 });
    const isCount = ({ name, ended }: StoreCall) => name === 'unusedTotal' && Number.isFinite(ended);
    await until(() => calls.slice(before).some(isCount));
    await write(4);
    expect((await small).ensureDialogs).toEqual({ unusedTotal: 5, outcome: 'SATISFIED', created: [] });
    writeAll();
    expect((await large).ensureDialogs.unusedTotal).toBe(20);
    expect(generator.asked).toHaveLength(20);
  });

  test('that is cancelled answers a caller of ensureDialogs as soon as the pool has enough for it', async () => {
    const { generator, asked, write, writeAll } = steppedGenerator();
    const { store, calls } = traced(await open());
    const app = await openTestApp({ store, generator });
    await createCourse(store, { teaching: 20 });
    const { startTopUp } = await app.ask(Start, { min: 12 });
    await asked(2);
    const ensuring = app.ask(Ensure, { min: 1 });
    await untilQuiet(calls);
    await app.ask(Cancel, { id: startTopUp.id });
    await write(1);
    const { ensureDialogs } = await ensuring;
    expect(ensureDialogs).toMatchObject({ unusedTotal: 1, outcome: 'SATISFIED' });
    expect(ensureDialogs.created).toHaveLength(1);
    writeAll();
    const ended = await readUntil(app, startTopUp.id, isOver);
    expect(ended).toMatchObject({ state: 'ENDED', outcome: 'SATISFIED', unusedTotal: 2 });
    expect(ended.created).toHaveLength(2);
    expect(generator.asked).toHaveLength(2);
  });

  test('that is started after a cancellation is another one, which waits for the first', async () => {
    const { generator, asked, writeAll } = steppedGenerator();
    const app = await openTestApp({ store: await open(), generator });
    await createCourse(app.store, { teaching: 20 });
    const first = (await app.ask(Start, { min: 12 })).startTopUp;
    expect(first.state).toBe('RUNNING');
    await asked(2);
    await app.ask(Cancel, { id: first.id });
    const second = (await app.ask(Start, { min: 5 })).startTopUp;
    expect(second.id).not.toBe(first.id);
    expect(second.state).toBe('WAITING');
    writeAll();
    expect(await readUntil(app, second.id, isOver)).toMatchObject({ state: 'ENDED', unusedTotal: 5 });
    expect(await read(app, first.id)).toMatchObject({ state: 'CANCELLED', unusedTotal: 2 });
    expect(generator.asked).toHaveLength(5);
  });

  test('that is started after another process was asked for the cancellation is another one', async () => {
    const { generator, asked, writeAll } = steppedGenerator();
    const store = await open();
    const [runner, other] = [await openTestApp({ store, generator }), await openTestApp({ store })];
    await createCourse(store, { teaching: 20 });
    const first = (await runner.ask(Start, { min: 12 })).startTopUp;
    await asked(2);
    await other.ask(Cancel, { id: first.id });
    const second = (await runner.ask(Start, { min: 5 })).startTopUp;
    expect(second.id).not.toBe(first.id);
    writeAll();
    expect(await readUntil(runner, second.id, isOver)).toMatchObject({ state: 'ENDED', unusedTotal: 5 });
    expect((await read(runner, first.id)).state).toBe('CANCELLED');
  });

  test('runs from its first moment on, and shows what the pool has', async () => {
    const store = await open();
    const [earlier, app] = [await openTestApp({ store }), await openTestApp({ store })];
    await createCourse(store, { teaching: 20 });
    await earlier.ask(Ensure, { min: 3 });
    await earlier.pool.finish(10_000);
    const { startTopUp } = await app.ask(Start, { min: 3 });
    expect(startTopUp).toMatchObject({ state: 'RUNNING', unusedTotal: 3 });
    expect(await readUntil(app, startTopUp.id, isOver)).toMatchObject({ state: 'ENDED', unusedTotal: 3 });
  });

  test('is seen and cancelled by another process', async () => {
    const { generator, asked, writeAll } = steppedGenerator();
    const store = await open();
    const { store: tracing, calls } = traced(store);
    const [runner, other] = [await openTestApp({ store: tracing, generator }), await openTestApp({ store })];
    await createCourse(store, { teaching: 20 });
    const { startTopUp } = await runner.ask(Start, { min: 12 });
    await asked(2);
    await readUntil(other, startTopUp.id, ({ state }) => state === 'RUNNING');
    await other.ask(Cancel, { id: startTopUp.id });
    // The process that runs it reads its record once a second.
    const before = calls.length;
    const isRead = ({ name, ended }: StoreCall) => name === 'topUpRecords' && Number.isFinite(ended);
    await until(() => calls.slice(before).some(isRead));
    writeAll();
    expect(await readUntil(other, startTopUp.id, isOver)).toMatchObject({
      state: 'CANCELLED',
      unusedTotal: 2,
    });
    expect(generator.asked).toHaveLength(2);
  });
});

// By the contract of a store, each one lists them so.
test('a top-up is kept with the last 20 of its profile, newest first', async () => {
  const clock = movableClock();
  const app = await openTestApp({ clock });
  await createCourse(app.store, { teaching: 3 });
  const ids: string[] = [];
  for (let i = 0; i < 22; i += 1) {
    clock.move(1);
    const { startTopUp } = await app.ask(Start, { min: 1 });
    ids.unshift(startTopUp.id);
    await readUntil(app, startTopUp.id, isOver);
  }
  const first = (await app.ask(List, { first: 15 })).profile?.topUps;
  const after = first?.pageInfo.endCursor ?? null;
  const second = (await app.ask(List, { first: 15, after })).profile?.topUps;
  expect(second?.pageInfo.hasNextPage).toBe(false);
  const listed = [...(first?.edges ?? []), ...(second?.edges ?? [])].map(({ node }) => node.id);
  expect(listed).toEqual(ids.slice(0, 20));
});

test('a top-up whose process has died becomes lost, and another one can be started', async () => {
  const store = await tempSqliteStore();
  await createCourse(store, { teaching: 5 });
  // What a killed process leaves behind: a record and a lease that nothing renews.
  const record = await store.createTopUp(sampleTopUp('course', 'orphan', { state: 'running' }));
  await store.takeLease(topUpLeaseKey('course'), 'a process that was killed', null);
  if (record === null) throw new Error('the record was not stored');
  const app = await openTestApp({ store, clock: skippingClock() });
  const lost = await readUntil(app, record.id, isOver);
  expect(lost).toMatchObject({ state: 'LOST', outcome: null, pool: { currentTopUp: null } });
  expect(lost.endedAt).not.toBeNull();
  const next = await app.ask(Start, { min: 3 });
  const ended = await readUntil(app, next.startTopUp.id, isOver);
  expect(ended).toMatchObject({ state: 'ENDED', outcome: 'SATISFIED', unusedTotal: 3 });
  // A late write of the lost process has no effect.
  expect(await store.saveTopUp({ ...record, unusedTotal: 99 })).toBeNull();
});

test('a top-up that runs for long without a change is not taken for lost', async () => {
  const clock = movableClock();
  const { store, calls } = traced(await tempSqliteStore());
  const { generator, asked, writeAll } = steppedGenerator();
  const [runner, other] = [
    await openTestApp({ store, clock, generator }),
    await openTestApp({ store, clock }),
  ];
  await createCourse(store, { teaching: 9 });
  const { id } = (await runner.ask(Start, { min: 4 })).startTopUp;
  await asked(2);
  for (let seconds = 0; seconds < 50; seconds += 1) {
    // It is watched from each read on.
    if (seconds % 5 === 0) expect((await read(other, id)).state).toBe('RUNNING');
    clock.move(1_000);
    await untilQuiet(calls);
  }
  expect((await read(other, id)).state).toBe('RUNNING');
  writeAll();
  clock.move(1_000);
  expect(await readUntil(other, id, isOver)).toMatchObject({ state: 'ENDED', unusedTotal: 4 });
});

test('a top-up whose process dies right after a change becomes lost, although it is not read again', async () => {
  const clock = movableClock();
  const { store, calls } = traced(await tempSqliteStore());
  await createCourse(store, { teaching: 5 });
  const record = await store.createTopUp(sampleTopUp('course', 'orphan', { state: 'running' }));
  if (record === null) throw new Error('the record was not stored');
  const app = await openTestApp({ store, clock });
  expect((await read(app, record.id)).state).toBe('RUNNING');
  await store.saveTopUp({ ...record, unusedTotal: 1 });
  expect(await read(app, record.id)).toMatchObject({ state: 'RUNNING', unusedTotal: 1 });
  for (let seconds = 0; seconds < 22; seconds += 1) {
    clock.move(1_000);
    await untilQuiet(calls);
  }
  const [lost] = await store.topUpRecords([{ profileId: 'course', topUpId: record.id }]);
  expect(lost).toMatchObject({ state: 'lost', unusedTotal: 1 });
});

test('a running top-up that was taken for lost is not joined: another one is started', async () => {
  const { generator, asked, writeAll } = steppedGenerator();
  const app = await openTestApp({ generator });
  await createCourse(app.store, { teaching: 20 });
  const first = (await app.ask(Start, { min: 12 })).startTopUp;
  await asked(2);
  // Another process does so if this one cannot write the record for 20 seconds.
  await until(async () => {
    const [record] = await app.store.topUpRecords([{ profileId: 'course', topUpId: first.id }]);
    return !!record && (await app.store.saveTopUp({ ...record, state: 'lost' })) !== null;
  });
  const second = (await app.ask(Start, { min: 5 })).startTopUp;
  expect(second).toMatchObject({ state: 'WAITING', min: 5 });
  expect(second.id).not.toBe(first.id);
  writeAll();
  expect(await readUntil(app, second.id, isOver)).toMatchObject({ state: 'ENDED', unusedTotal: 5 });
  expect((await read(app, first.id)).state).toBe('LOST');
});

/** A store whose first response to the creation of a record is lost. */
function losingFirstResponse(sound: Store): Store {
  let failures = 1;
  return replacing(sound, {
    async createTopUp(record) {
      const created = await sound.createTopUp(record);
      if (failures-- > 0) throw new StoreUnavailable();
      return created;
    },
  });
}

test('a record that could not be stored does not keep later callers from starting', async () => {
  const store = losingFirstResponse(await tempSqliteStore());
  const { generator, asked, writeAll } = steppedGenerator();
  const app = await openTestApp({ store, generator });
  await createCourse(store, { teaching: 9 });
  expect((await app.send(Start, { min: 4 })).errors[0]?.extensions?.code).toBe('STORE_UNAVAILABLE');
  await asked(2);
  const { startTopUp } = await app.ask(Start, { min: 4 });
  writeAll();
  expect(await readUntil(app, startTopUp.id, isOver)).toMatchObject({ state: 'ENDED', unusedTotal: 4 });
  expect(generator.asked).toHaveLength(4);
});

test.each<[string, 'CANCELLED' | 'LOST', (other: TestApp, id: string) => Promise<unknown>]>([
  ['cancelled', 'CANCELLED', (other, id) => other.ask(Cancel, { id })],
  [
    'taken for lost',
    'LOST',
    async ({ store }, topUpId) => {
      const [record] = await store.topUpRecords([{ profileId: 'course', topUpId }]);
      if (record) await store.saveTopUp({ ...record, state: 'lost' });
    },
  ],
])(
  'a record that was %s before its process knew that it is stored stays so, and the next start is another top-up',
  async (_, state, change) => {
    const sound = await tempSqliteStore();
    const { generator, asked, writeAll } = steppedGenerator();
    const app = await openTestApp({ store: losingFirstResponse(sound), generator });
    const other = await openTestApp({ store: sound });
    await createCourse(sound, { teaching: 20 });
    expect((await app.send(Start, { min: 12 })).errors[0]?.extensions?.code).toBe('STORE_UNAVAILABLE');
    await asked(2);
    const id = (await other.ask(List, {})).profile?.topUps.edges[0]?.node.id ?? '';
    await change(other, id);
    const second = (await app.ask(Start, { min: 5 })).startTopUp;
    expect(second).toMatchObject({ state: 'WAITING', min: 5 });
    expect(second.id).not.toBe(id);
    writeAll();
    expect(await readUntil(app, second.id, isOver)).toMatchObject({ state: 'ENDED', unusedTotal: 5 });
    expect(await readUntil(other, id, isOver)).toMatchObject({ state });
    expect(generator.asked).toHaveLength(5);
  },
);

test('a cancellation that was requested before its process knew that the record is stored leaves what others wait for', async () => {
  const sound = await tempSqliteStore();
  const { store, calls } = traced(losingFirstResponse(sound));
  const { generator, asked, writeAll } = steppedGenerator();
  const app = await openTestApp({ store, generator });
  const other = await openTestApp({ store: sound });
  await createCourse(sound, { teaching: 20 });
  await app.send(Start, { min: 12 });
  await asked(2);
  const id = (await other.ask(List, {})).profile?.topUps.edges[0]?.node.id ?? '';
  await other.ask(Cancel, { id });
  const ensuring = app.ask(Ensure, { min: 5 });
  // It is recorded because it takes long.
  await until(() => calls.some(({ name, ended }) => name === 'topUpRecords' && Number.isFinite(ended)));
  writeAll();
  expect((await ensuring).ensureDialogs.unusedTotal).toBe(5);
  expect(await readUntil(other, id, isOver)).toMatchObject({ state: 'ENDED', unusedTotal: 5 });
  expect(generator.asked).toHaveLength(5);
});

describe('errors', () => {
  test('of an unknown profile and an unknown top-up have their codes', async () => {
    const app = await openTestApp();
    expect((await app.send(Start, {})).errors[0]?.extensions?.code).toBe('PROFILE_NOT_FOUND');
    expect((await app.send(Cancel, { id: 'x' })).errors[0]?.extensions?.code).toBe('PROFILE_NOT_FOUND');
    await createCourse(app.store);
    expect((await app.send(Cancel, { id: 'x' })).errors[0]?.extensions?.code).toBe('TOP_UP_NOT_FOUND');
    expect((await app.send(Start, { min: 501 })).errors[0]?.extensions?.code).toBe('BAD_USER_INPUT');
    expect((await app.ask(Read, { id: 'x' })).profile?.topUp).toBeNull();
  });
});
