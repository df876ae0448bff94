import { describe, expect, test } from 'vitest';
import type { Clock } from '../../src/ports/clock.ts';
import type { Store } from '../../src/ports/store.ts';
import { skippingClock } from '../support/clocks.ts';
import { createCourse } from '../support/course.ts';
import { newGate } from '../support/gate.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { openTestApp, tempSqliteStore } from '../support/test-app.ts';
import { traced } from '../support/traced-store.ts';
import { until } from '../support/until.ts';

test('maintenance goes on when a pool has enough, although its top-up goes on for a larger request', async () => {
  const { store, calls } = traced(await tempSqliteStore());
  await createCourse(store, { id: 'large', teaching: 9, minDialogs: 1 });
  await createCourse(store, { id: 'other', teaching: 9, minDialogs: 1 });
  await store.updateProfile('large', { autoTopUp: true });
  const [first, others] = [newGate(), newGate()];
  const generator = scriptedGenerator(undefined, {
    concurrency: 1,
    turn: async () => {
      const { length } = generator.asked.filter(({ profile }) => profile.id === 'large');
      if (generator.asked.at(-1)?.profile.id === 'large') await (length === 1 ? first : others).opened;
    },
  });
  const { pool } = await openTestApp({ store, generator, maintenanceMs: 20 });
  const large = pool.ensureDialogs('large', 5);
  const looks = () => calls.filter(({ name, ended }) => name === 'wordCounts' && Number.isFinite(ended));
  await until(() => generator.asked.length === 1 && looks().length > 0);
  first.open();
  await until(() => generator.asked.length === 2);
  await store.updateProfile('other', { autoTopUp: true });
  await until(async () => (await store.unusedTotal('other')) === 1);
  others.open();
  expect(await large).toMatchObject({ unusedTotal: 5, outcome: 'SATISFIED' });
});

describe('of two processes', () => {
  const MINUTE_MS = 60_000;

  /** A process that looks every minute, which takes it 2 s. Its clock stands still once the process is dead. */
  async function openLooking(store: Store, clock: Clock) {
    const generator = scriptedGenerator(() => 'fail-word');
    let isDead = false;
    const looksAt: number[] = [];
    const { pool } = await openTestApp({
      store: {
        ...store,
        async profilePage(...args) {
          looksAt.push(clock.monotonic());
          await clock.sleep(2_000);
          return store.profilePage(...args);
        },
      },
      generator,
      clock: {
        ...clock,
        async sleep(...args) {
          await clock.sleep(...args);
          if (isDead) await new Promise(() => undefined);
        },
      },
      maintenanceMs: MINUTE_MS,
    });
    return {
      pool,
      generator,
      looksAt,
      die() {
        isDead = true;
      },
    };
  }

  async function openBoth() {
    const store = await tempSqliteStore();
    await createCourse(store, { teaching: 1, minDialogs: 1 });
    await store.updateProfile('course', { autoTopUp: true });
    const clock = skippingClock();
    const one = await openLooking(store, clock);
    await until(() => one.looksAt.length > 0);
    return { clock, one, other: await openLooking(store, clock) };
  }

  test('one looks for short pools as long as it lives, so that a word that gets no dialog is paid for by one', async () => {
    const { clock, one, other } = await openBoth();
    await until(() => clock.monotonic() > 180 * MINUTE_MS);
    expect(one.looksAt.length).toBeGreaterThan(150);
    expect(other.looksAt).toEqual([]);
    // At once, and after pauses of 5, 10, 20, 40 and 80 minutes.
    expect([one, other].map(({ generator }) => generator.asked.length)).toEqual([6, 0]);
    await Promise.all([one, other].map(({ pool }) => pool.finish(0)));
  });

  test('the second looks for short pools after at most four of its intervals if the first has died', async () => {
    const { clock, one, other } = await openBoth();
    one.die();
    const diedAt = clock.monotonic();
    await until(() => other.looksAt.length > 0);
    expect(other.looksAt[0]).toBeLessThanOrEqual(diedAt + 4 * MINUTE_MS);
    await other.pool.finish(0);
  });
});
