import { expect, test } from 'vitest';
import { inProcessEvents } from '../../src/adapters/system/in-process-events.ts';
import { createPool } from '../../src/pool/pool.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { topUpLeaseKey } from '../../src/ports/leases.ts';
import type { Store } from '../../src/ports/store.ts';
import { choices } from '../support/choices.ts';
import { frozenClock, skippingClock } from '../support/clocks.ts';
import { createCourse } from '../support/course.ts';
import { newGate } from '../support/gate.ts';
import { memoryLog } from '../support/memory-log.ts';
import { movableClock } from '../support/movable-clock.ts';
import { seededRandom } from '../support/random.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { soleVersion } from '../support/sole-version.ts';
import { tempSqliteStore } from '../support/test-app.ts';
import { traced, untilQuiet } from '../support/traced-store.ts';
import { until } from '../support/until.ts';

function process(store: Store, name: string, clock: Clock, generator = scriptedGenerator()) {
  let ids = 0;
  const newId = () => `${name}-${++ids}`;
  const log = memoryLog();
  return {
    log,
    pool: createPool({
      ...choices,
      store,
      generator,
      prompts: soleVersion(generator),
      clock,
      log,
      events: inProcessEvents(memoryLog()),
      prices: null,
      newId,
      random: seededRandom(1),
    }),
    generator,
  };
}

test('a lease that a dead process left behind delays the next top-up by less than a minute', async () => {
  const store = await tempSqliteStore();
  await createCourse(store, { teaching: 20 });
  const never = scriptedGenerator(undefined, { turn: () => new Promise(() => undefined) });
  void process(store, 'dead', frozenClock(), never).pool.ensureDialogs('course', 12);
  while (never.asked.length === 0) await new Promise(setImmediate);
  const clock = skippingClock();
  const result = await process(store, 'next', clock).pool.ensureDialogs('course', 12);
  expect(result.unusedTotal).toBe(12);
  expect(clock.monotonic()).toBeGreaterThanOrEqual(20_000);
  expect(clock.monotonic()).toBeLessThan(60_000);
});

test('a process that was stopped until its lease was taken over stores nothing more and does not overfill', async () => {
  const store = await tempSqliteStore();
  await createCourse(store, { teaching: 30 });
  const stoppedClock = frozenClock();
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

  const other = process(store, 'other', skippingClock());
  expect((await other.pool.ensureDialogs('course', 12)).created).toHaveLength(12);

  stoppedClock.move(60_000);
  wake();
  const result = await first;
  expect(result).toMatchObject({ created: [], unusedTotal: 12, outcome: 'SATISFIED' });
  expect(stopped.generator.asked).toHaveLength(4);
  expect(await store.unusedTotal('course')).toBe(12);
});

test('dialogs that are on their way to the store while the lease is taken over are not stored', async () => {
  const store = await tempSqliteStore();
  await createCourse(store, { teaching: 30 });
  let arrive = (): void => undefined;
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  let sent = 0;
  const far: Store = {
    ...store,
    async createDialog(...args) {
      sent += 1;
      await arrived;
      return store.createDialog(...args);
    },
  };
  const first = process(far, 'far', frozenClock()).pool.ensureDialogs('course', 12);
  while (sent < 4) await new Promise(setImmediate);
  const other = process(store, 'other', skippingClock());
  expect((await other.pool.ensureDialogs('course', 12)).created).toHaveLength(12);
  arrive();
  expect(await first).toMatchObject({ created: [], unusedTotal: 12, outcome: 'SATISFIED' });
  expect(await store.unusedTotal('course')).toBe(12);
});

test('a lease that cannot be given back does not spoil the top-up', async () => {
  const store = await tempSqliteStore();
  await createCourse(store, { teaching: 20 });
  store.releaseLease = async () => {
    throw new Error('the line went dead');
  };
  const { pool, log } = process(store, 'unlucky', skippingClock());
  expect((await pool.ensureDialogs('course', 12)).unusedTotal).toBe(12);
  await pool.finish(1_000);
  expect(log.lines.join()).toContain('could not be given back');
});

test('words that were being drawn while the lease was waited for are not lost', async () => {
  const store = await tempSqliteStore();
  await createCourse(store, { teaching: 12 });
  await store.takeLease(topUpLeaseKey('course'), 'other', null);
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
  const { pool } = process(store, 'slow', skippingClock());
  const result = await pool.ensureDialogs('course', 12);
  expect(result).toMatchObject({ unusedTotal: 12, outcome: 'SATISFIED' });
});

test('a stopping server does not wait for the top-up of another process', async () => {
  const store = await tempSqliteStore();
  await createCourse(store, { teaching: 12 });
  await store.takeLease(topUpLeaseKey('course'), 'other', null);
  const { pool } = process(store, 'stopping', {
    ...frozenClock(),
    sleep: () => new Promise((resolve) => setImmediate(resolve)),
  });
  const waiting = pool.ensureDialogs('course', 12);
  await pool.finish(0);
  expect(await waiting).toMatchObject({ unusedTotal: 0, created: [], outcome: 'GENERATOR_UNAVAILABLE' });
});

test('a lease that is renewed is not taken over, however long its holder works', async () => {
  const store = await tempSqliteStore();
  await createCourse(store, { teaching: 30 });
  let finish = (): void => undefined;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const clock = skippingClock();
  const slow = process(store, 'slow', clock, scriptedGenerator(undefined, { turn: () => finished }));
  const other = process(store, 'other', clock);
  const first = slow.pool.ensureDialogs('course', 12);
  while (slow.generator.asked.length < 4) await new Promise(setImmediate);
  const second = other.pool.ensureDialogs('course', 12);
  while (clock.monotonic() < 300_000) await new Promise(setImmediate);
  expect(other.generator.asked).toHaveLength(0);
  finish();
  expect((await first).created).toHaveLength(12);
  expect(await second).toMatchObject({ created: [], unusedTotal: 12, outcome: 'SATISFIED' });
});

test('a caller is answered at its own minimum, also while another process goes on for a larger one', async () => {
  const store = await tempSqliteStore();
  await createCourse(store, { teaching: 60 });
  const clock = skippingClock();
  let finish = (): void => undefined;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const generator = scriptedGenerator(undefined, {
    concurrency: 1,
    turn: () => (generator.asked.length > 8 ? finished : Promise.resolve()),
  });
  const large = process(store, 'large', clock, generator).pool.ensureDialogs('course', 50);
  const other = process(store, 'small', clock);
  const small = await other.pool.ensureDialogs('course', 5);
  expect(small).toMatchObject({ created: [], outcome: 'SATISFIED' });
  expect(small.unusedTotal).toBeGreaterThanOrEqual(5);
  expect(generator.asked.length).toBeLessThanOrEqual(9);
  expect(other.generator.asked).toHaveLength(0);
  finish();
  expect((await large).created).toHaveLength(50);
});

test.each([
  ['one renewal fails after 5 s', 5_000, 1],
  ['one renewal fails after 10 s', 10_000, 1],
  ['one renewal takes 30 s to fail', 30_000, 1],
  ['two renewals in a row fail after 5 s', 5_000, 2],
  ['nine renewals in a row fail at once', 0, 9],
])('a lease is kept when %s', async (_, failsAfterMs, failures) => {
  const store = await tempSqliteStore();
  await createCourse(store, { teaching: 30 });
  const clock = skippingClock();
  const renewLease = store.renewLease.bind(store);
  let renewals = 0;
  store.renewLease = async (lease) => {
    renewals += 1;
    if (renewals > failures) return renewLease(lease);
    if (failsAfterMs > 0) await clock.sleep(failsAfterMs);
    throw new Error('another process has locked the file');
  };
  const generator = scriptedGenerator(undefined, { turn: () => clock.sleep(16_000) });
  const { pool, log } = process(store, 'slow', clock, generator);
  const result = await pool.ensureDialogs('course', 4);
  expect(result).toMatchObject({ unusedTotal: 4, outcome: 'SATISFIED', spend: { calls: 4 } });
  expect(result.created).toHaveLength(4);
  expect(generator.asked).toHaveLength(4);
  expect(log.lines.join()).not.toContain('not renewed in time');
  expect(log.lines.filter((line) => line.includes('could not be renewed')).length).toBeLessThanOrEqual(
    failures,
  );
});

test('what is paid for is kept after the trust in a lease has ended, if no other owner has taken it', async () => {
  const store = await tempSqliteStore();
  await createCourse(store, { teaching: 30 });
  const clock = skippingClock();
  store.renewLease = async () => {
    throw new Error('the line is dead');
  };
  const generator = scriptedGenerator(undefined, { turn: () => clock.sleep(16_000) });
  const { pool, log } = process(store, 'cut off', clock, generator);
  const result = await pool.ensureDialogs('course', 6);
  expect(result).toMatchObject({ unusedTotal: 6, outcome: 'SATISFIED', spend: { calls: 6 } });
  expect(result.created).toHaveLength(6);
  expect(new Set(generator.asked.map(({ word }) => word.id)).size).toBe(6);
  expect(generator.asked).toHaveLength(6);
  expect(log.lines.join()).toContain('not renewed in time');
});

/** The line is dead for all renewals of a lease but the first ones. */
function renewing(store: Store, ...first: Store['renewLease'][]): void {
  store.renewLease = async (lease) => {
    const renew = first.shift();
    if (renew === undefined) throw new Error('the line is dead');
    return renew(lease);
  };
}

test.each<[string, sentAt: number, plan: (store: Store, clock: Clock) => void]>([
  ['cannot renew its lease', 0, (store) => renewing(store)],
  [
    'was given its lease late',
    0,
    (store, clock) => {
      renewing(store);
      const takeLease = store.takeLease.bind(store);
      let takes = 0;
      store.takeLease = async (...args) => {
        takes += 1;
        const lease = await takeLease(...args);
        if (takes === 1) await clock.sleep(6_000);
        return lease;
      };
    },
  ],
  [
    'learns late that its lease was renewed',
    5_000,
    (store, clock) => {
      const renewLease = store.renewLease.bind(store);
      renewing(store, async (lease) => {
        const renewed = await renewLease(lease);
        await clock.sleep(8_000);
        return renewed;
      });
    },
  ],
])('a holder that %s stops paying before another may take it over', async (_, sentAt, plan) => {
  const store = await tempSqliteStore();
  await createCourse(store, { teaching: 30 });
  const clock = skippingClock();
  plan(store, clock);
  const askedAt: number[] = [];
  const generator = scriptedGenerator(undefined, {
    concurrency: 1,
    turn: async () => {
      askedAt.push(clock.monotonic());
      await clock.sleep(4_000);
    },
  });
  store.releaseLease = async () => undefined;
  const { pool, log } = process(store, 'cut off', clock, generator);
  const { created } = await pool.ensureDialogs('course', 8);
  expect(created).toHaveLength(8);
  expect(log.lines.join()).toContain('not renewed in time');
  expect(askedAt).toHaveLength(8);
  // Calls begin within 15 s after the request was sent. The next begin after the lease was seen unchanged for 20 s.
  const takenOverAt = sentAt + 20_000;
  expect(askedAt.filter((at) => at < takenOverAt).every((at) => at < sentAt + 15_000)).toBe(true);
  expect(askedAt.filter((at) => at < takenOverAt).length).toBeGreaterThanOrEqual(3);
  const rests = askedAt.slice(1).map((at, i) => at - (askedAt[i] ?? 0));
  expect(rests.filter((ms) => ms !== 4_000).every((ms) => ms >= 10_000)).toBe(true);
});

test('all words are tried after a lost lease, also those behind the ones that were tried before', async () => {
  const store = await tempSqliteStore();
  await createCourse(store, { teaching: 4, pending: 8 });
  const clock = frozenClock();
  const generator = scriptedGenerator(
    // The teaching words fail, so that the first words drawn after the loss are all tried already.
    ({ word }) => (word.state === 'teaching' ? 'fail-word' : 'write'),
    {
      concurrency: 4,
      turn: async () => {
        if (generator.asked.length === 4) clock.move(15_000);
      },
    },
  );
  const { pool } = process(store, 'unlucky', clock, generator);
  const result = await pool.ensureDialogs('course', 4);
  expect(result).toMatchObject({ unusedTotal: 4, outcome: 'SATISFIED' });
  expect(result.skipped).toHaveLength(4);
  expect(generator.asked).toHaveLength(8);
});

test('a word whose dialog was claimed is tried for those who ask after that, although the lease is lost meanwhile', async () => {
  const { store, calls } = traced(await tempSqliteStore());
  await createCourse(store, { teaching: 2 });
  const held = newGate();
  const generator = scriptedGenerator(undefined, {
    concurrency: 1,
    turn: async () => {
      if (generator.asked.length === 2) await held.opened;
    },
  });
  const clock = movableClock();
  const { pool, log } = process(store, 'only', clock, generator);
  const first = pool.ensureDialogs('course', 2);
  await until(() => generator.asked.length === 2);
  expect(await pool.claimDialogs('course', { count: 1 })).toHaveLength(1);
  const second = pool.ensureDialogs('course', 2);
  await untilQuiet(calls);
  clock.move(15_000);
  held.open();
  expect(await second).toMatchObject({ unusedTotal: 2, outcome: 'SATISFIED' });
  await first;
  expect(log.lines.join()).toContain('a lease was not renewed in time');
});
