import { describe, expect, test } from 'vitest';
import type { Clock } from '../../src/ports/clock.ts';
import type { Store } from '../../src/ports/store.ts';
import { graphql } from '../generated/index.ts';
import { skippingClock } from '../support/clocks.ts';
import { createCourse } from '../support/course.ts';
import { newGate } from '../support/gate.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { openTestApp, type TestApp, tempSqliteStore } from '../support/test-app.ts';
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

test('a look reads no profile again whose pool is left alone', async () => {
  const { store, calls } = traced(await tempSqliteStore());
  for (const id of ['one', 'two', 'three']) {
    await createCourse(store, { id, teaching: 1, minDialogs: 5 });
    await store.updateProfile(id, { autoTopUp: true });
  }
  const app = await openTestApp({ store, clock: skippingClock(), maintenanceMs: 1_000 });
  const numberOf = (method: string) => calls.filter(({ name }) => name === method).length;
  await until(async () => {
    const counts = await store.dialogCounts(['one', 'two', 'three']);
    return counts.every(({ unused }) => unused === 1);
  });
  const looks = numberOf('profilePage');
  await until(() => numberOf('profilePage') > looks + 600);
  // Each pool is looked into after pauses of up to 15 minutes.
  expect(numberOf('profiles')).toBeLessThan(100);
  await app.pool.finish(0);
});

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe('of two processes', () => {
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

describe('a pool whose top-ups by maintenance fail', () => {
  const Start = graphql(`
    mutation StartBeforeFailures($min: Int) { startTopUp(profileId: "course", min: $min) { id } }
  `);

  const Update = graphql(`
    mutation UpdateWhileFailing($input: UpdateProfileInput!) {
      updateProfile(id: "course", input: $input) { id }
    }
  `);

  const Shown = graphql(`
    query ShownWhileFailing($id: ID!) {
      profile(id: "course") { topUp(id: $id) { state outcome } topUps(first: 20) { edges { node { id } } } }
    }
  `);

  async function shown(app: TestApp, id: string) {
    const { profile } = await app.ask(Shown, { id });
    return { topUp: profile?.topUp, count: profile?.topUps.edges.length };
  }

  /** The id of a top-up that a client has started and that has ended. */
  async function startedAndEnded(app: TestApp, min: number): Promise<string> {
    const { id } = (await app.ask(Start, { min })).startTopUp;
    await until(async () => (await shown(app, id)).topUp?.state === 'ENDED');
    return id;
  }

  /** A server whose maintenance looks every minute. */
  async function openLooking(works: () => boolean) {
    const { store, calls } = traced(await tempSqliteStore());
    const clock = skippingClock();
    const now = () => clock.now().getTime();
    const askedAt: number[] = [];
    const generator = scriptedGenerator(() => (works() ? 'write' : 'fail-generator'), {
      turn: async () => {
        askedAt.push(now());
      },
    });
    await createCourse(store, { teaching: 30, minDialogs: 4 });
    const app = await openTestApp({ store, generator, clock, maintenanceMs: MINUTE_MS });
    return { app, now, askedAt, looks: () => calls.filter(({ name }) => name === 'profilePage').length };
  }

  test('is left alone for up to two hours if the generator fails, so that the records of others are kept for a day', async () => {
    let works = true;
    const { app, now, askedAt, looks } = await openLooking(() => works);
    const id = await startedAndEnded(app, 2);
    works = false;
    const [failedFrom, looksBefore, askedBefore] = [now(), looks(), askedAt.length];
    await app.ask(Update, { input: { autoTopUp: true } });
    await until(() => now() > failedFrom + 24 * HOUR_MS);
    expect(looks() - looksBefore).toBeGreaterThan(1_000);
    expect(askedAt.length - askedBefore).toBeLessThan(4 * 20);
    const { topUp, count } = await shown(app, id);
    expect(topUp).toEqual({ state: 'ENDED', outcome: 'SATISFIED' });
    expect(count).toBeGreaterThan(10);
    const failed = askedAt.length;
    works = true;
    const worksFrom = now();
    await until(async () => (await app.store.unusedTotal('course')) === 4);
    expect(askedAt[failed]).toBeLessThan(worksFrom + 2 * HOUR_MS + 2 * MINUTE_MS);
    await app.pool.finish(0);
  });

  test('is left alone while the calls of the day are used up, until the next day or a higher limit', async () => {
    const { app, now, askedAt } = await openLooking(() => true);
    await app.ask(Update, { input: { maxCallsPerDay: 1 } });
    const id = await startedAndEnded(app, 4);
    const nextDay = Math.ceil(now() / (24 * HOUR_MS)) * 24 * HOUR_MS;
    await app.ask(Update, { input: { autoTopUp: true } });
    await until(() => askedAt.length > 1);
    expect(askedAt[1]).toBeGreaterThanOrEqual(nextDay);
    expect(askedAt[1]).toBeLessThan(nextDay + 2 * MINUTE_MS);
    const { topUp, count } = await shown(app, id);
    expect(topUp).toEqual({ state: 'ENDED', outcome: 'BUDGET_EXHAUSTED' });
    // The client's, one that found the calls used up, and the one of the next day if it has been recorded.
    expect(count).toBeLessThanOrEqual(3);
    await until(() => now() > nextDay + 3 * HOUR_MS);
    // Another process raises it.
    await app.store.updateProfile('course', { maxCallsPerDay: 4 });
    const raisedAt = now();
    await until(() => askedAt.length > 2);
    expect(askedAt[2]).toBeLessThan(raisedAt + 2 * MINUTE_MS);
    await app.pool.finish(0);
  });
});
