import { expect, test } from 'vitest';
import { createPool } from '../../src/pool/pool.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Store } from '../../src/ports/store.ts';
import { createCourse } from '../support/course.ts';
import { memoryLog } from '../support/memory-log.ts';
import { noMeter } from '../support/no-meter.ts';
import { seededRandom } from '../support/random.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { tempSqliteStore } from '../support/test-app.ts';

/** A clock of its own for each process; whoever sleeps moves it on by as long as it sleeps. */
function ownClock(): Clock & { move(ms: number): void } {
  let now = 1_700_000_000_000;
  return {
    now: () => new Date(now),
    async sleep(ms, signal) {
      if (signal) return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
      now += ms;
    },
    move(ms) {
      now += ms;
    },
  };
}

function process(store: Store, name: string, clock: Clock, generator = scriptedGenerator()) {
  let ids = 0;
  const newId = () => `${name}-${++ids}`;
  const log = memoryLog();
  return {
    log,
    pool: createPool({
      store,
      generator,
      clock,
      log,
      meter: noMeter,
      prices: null,
      voicing: null,
      newId,
      random: seededRandom(1),
    }),
    generator,
  };
}

test('a lease that a dead process left behind delays the next top-up by less than a minute', async () => {
  const store = await tempSqliteStore();
  await createCourse(store, { teaching: 20 });
  const clock = ownClock();
  const began = clock.now().getTime();
  const never = scriptedGenerator(undefined, { turn: () => new Promise(() => undefined) });
  void process(store, 'dead', clock, never).pool.ensureDialogs('course', 12);
  while (never.asked.length === 0) await new Promise(setImmediate);
  const result = await process(store, 'next', clock).pool.ensureDialogs('course', 12);
  expect(result.unusedTotal).toBe(12);
  expect(clock.now().getTime() - began).toBeLessThan(60_000);
});

test('a process that was stopped until its lease lapsed stores nothing more and does not overfill', async () => {
  const store = await tempSqliteStore();
  await createCourse(store, { teaching: 30 });
  const stoppedClock = ownClock();
  let wake = (): void => undefined;
  const asleep = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const stopped = process(
    store,
    'stopped',
    stoppedClock,
    scriptedGenerator(undefined, { turn: () => asleep }),
  );
  const first = stopped.pool.ensureDialogs('course', 12);
  while (stopped.generator.asked.length < 4) await new Promise(setImmediate);

  const other = process(store, 'other', ownClock());
  expect((await other.pool.ensureDialogs('course', 12)).created).toHaveLength(12);

  stoppedClock.move(60_000);
  wake();
  const result = await first;
  expect(result).toMatchObject({ created: [], unusedTotal: 12, outcome: 'SATISFIED' });
  expect(stopped.generator.asked).toHaveLength(4);
  expect(await store.unusedTotal('course')).toBe(12);
});

test('a lease that cannot be given back does not spoil the top-up', async () => {
  const store = await tempSqliteStore();
  await createCourse(store, { teaching: 20 });
  store.releaseLease = async () => {
    throw new Error('the line went dead');
  };
  const { pool, log } = process(store, 'unlucky', ownClock());
  expect((await pool.ensureDialogs('course', 12)).unusedTotal).toBe(12);
  expect(log.lines.join()).toContain('could not be given back');
});

test('words that were being drawn while the lease was waited for are not lost', async () => {
  const store = await tempSqliteStore();
  await createCourse(store, { teaching: 12 });
  const lease = await store.takeLease(
    'course',
    'other',
    new Date(1_700_000_000_000),
    new Date(1_700_000_010_000),
  );
  const drawWords = store.drawWords.bind(store);
  let letThrough = (): void => undefined;
  const slow = new Promise<void>((resolve) => {
    letThrough = resolve;
  });
  let draws = 0;
  store.drawWords = async (...args) => {
    draws += 1;
    if (draws <= 2) await slow;
    const draw = await drawWords(...args);
    if (draws > 2) letThrough();
    await new Promise(setImmediate);
    return draw;
  };
  const { pool } = process(store, 'slow', ownClock());
  const result = await pool.ensureDialogs('course', 12);
  expect(lease).not.toBeNull();
  expect(result).toMatchObject({ unusedTotal: 12, outcome: 'SATISFIED' });
});

test('a stopping server does not wait for the top-up of another process', async () => {
  const store = await tempSqliteStore();
  await createCourse(store, { teaching: 12 });
  const clock = ownClock();
  await store.takeLease('course', 'other', clock.now(), new Date(clock.now().getTime() + 3_600_000_000));
  const { pool } = process(store, 'stopping', {
    ...clock,
    sleep: () => new Promise((resolve) => setImmediate(resolve)),
  });
  const waiting = pool.ensureDialogs('course', 12);
  await pool.finish(0);
  expect(await waiting).toMatchObject({ unusedTotal: 0, created: [], outcome: 'GENERATOR_UNAVAILABLE' });
});
