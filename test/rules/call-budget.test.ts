import { describe, expect, test } from 'vitest';
import { StoreUnavailable } from '../../src/model/errors.ts';
import { utcDay } from '../../src/model/utc-day.ts';
import { type DialogGenerator, GeneratorFailed } from '../../src/ports/generator.ts';
import { graphql } from '../generated/index.ts';
import { frozenClock, oneDayClock } from '../support/clocks.ts';
import { createCourse } from '../support/course.ts';
import { replacing } from '../support/scheduled-store.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { STORES } from '../support/stores.ts';
import { openTestApp, type TestApp } from '../support/test-app.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;

const Limit = graphql(`
  mutation LimitCalls($limit: Int) { updateProfile(id: "course", input: { maxCallsPerDay: $limit }) { maxCallsPerDay } }
`);

const Ensure = graphql(`
  mutation EnsureWithBudget($min: Int!) {
    ensureDialogs(profileId: "course", min: $min) { unusedTotal outcome created { id } spend { calls } }
  }
`);

const CallsToday = graphql(`query CallsToday { profile(id: "course") { pool { callsToday unusedTotal } } }`);

async function poolOf(app: TestApp) {
  return (await app.ask(CallsToday, {})).profile?.pool;
}

/** Waits until `count` calls are counted: calls without a limit are counted after they have ended. */
async function untilCounted(app: TestApp, calls: number): Promise<void> {
  while ((await poolOf(app))?.callsToday !== calls) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe.each(STORES)('paid calls on $name', ({ open }) => {
  test('are counted without a limit too, also those that led to no dialog', async () => {
    const generator = scriptedGenerator(({ word }) => (word.text === 'teaching 1' ? 'fail-word' : 'write'));
    const app = await openTestApp({ store: await open(), clock: oneDayClock, generator });
    await createCourse(app.store, { teaching: 5 });
    expect((await poolOf(app))?.callsToday).toBe(0);
    await app.ask(Ensure, { min: 5 });
    await untilCounted(app, 5);
  });

  test('end with the limit of the day; what was made is kept, and more is made once the limit is higher', async () => {
    const generator = scriptedGenerator();
    const app = await openTestApp({ store: await open(), clock: oneDayClock, generator });
    await createCourse(app.store, { teaching: 20 });
    await app.ask(Limit, { limit: 7 });
    const first = (await app.ask(Ensure, { min: 12 })).ensureDialogs;
    expect(first).toMatchObject({ unusedTotal: 7, outcome: 'BUDGET_EXHAUSTED', spend: { calls: 7 } });
    expect(first.created).toHaveLength(7);
    const again = (await app.ask(Ensure, { min: 12 })).ensureDialogs;
    expect(again).toMatchObject({ unusedTotal: 7, outcome: 'BUDGET_EXHAUSTED', spend: { calls: 0 } });
    expect(generator.asked).toHaveLength(7);
    expect(await poolOf(app)).toEqual({ callsToday: 7, unusedTotal: 7 });
    await app.ask(Limit, { limit: 10 });
    expect((await app.ask(Ensure, { min: 12 })).ensureDialogs).toMatchObject({
      unusedTotal: 10,
      outcome: 'BUDGET_EXHAUSTED',
    });
    await app.ask(Limit, { limit: null });
    expect((await app.ask(Ensure, { min: 12 })).ensureDialogs.outcome).toBe('SATISFIED');
    await untilCounted(app, 12);
  });

  test('stay within the limit over processes, and with calls that are counted already', async () => {
    const generator = scriptedGenerator();
    const store = await open();
    const apps = [
      await openTestApp({ store, clock: oneDayClock, generator }),
      await openTestApp({ store, clock: oneDayClock, generator }),
    ];
    await createCourse(store, { teaching: 20 });
    await apps[0]?.ask(Limit, { limit: 9 });
    // Another process has reserved four calls and died.
    expect(await store.reserveCalls('course', utcDay(oneDayClock.now()), 4, 9)).toBe(4);
    const answers = await Promise.all([0, 1, 0, 1].map((at) => apps[at]?.ask(Ensure, { min: 12 })));
    for (const answer of answers) {
      expect(answer?.ensureDialogs).toMatchObject({ unusedTotal: 5, outcome: 'BUDGET_EXHAUSTED' });
    }
    expect(generator.asked).toHaveLength(5);
  });

  test('end with a limit that is set while a top-up is under way', async () => {
    const clock = frozenClock();
    const app: TestApp = await openTestApp({
      store: await open(),
      clock,
      generator: scriptedGenerator(undefined, {
        concurrency: 1,
        async turn() {
          if (paid++ === 4) await app.ask(Limit, { limit: 6 });
          clock.move(500);
        },
      }),
    });
    let paid = 0;
    await createCourse(app.store, { teaching: 40 });
    // The calls before the limit was set are counted when they have ended, so that up to three more are reserved.
    const { ensureDialogs } = await app.ask(Ensure, { min: 40 });
    expect(ensureDialogs.outcome).toBe('BUDGET_EXHAUSTED');
    expect(ensureDialogs.spend.calls).toBeLessThanOrEqual(9);
  });

  test('that could not be reserved end the top-up with an error, and no word is blamed', async () => {
    const sound = await open();
    let failures = 1;
    const store = replacing(sound, {
      async reserveCalls(...call) {
        if (failures-- > 0) throw new StoreUnavailable();
        return sound.reserveCalls(...call);
      },
    });
    const generator = scriptedGenerator();
    const app = await openTestApp({ store, clock: oneDayClock, generator });
    await createCourse(store, { teaching: 3 });
    await app.ask(Limit, { limit: 9 });
    expect((await app.send(Ensure, { min: 3 })).errors[0]?.extensions?.code).toBe('STORE_UNAVAILABLE');
    expect((await app.ask(Ensure, { min: 3 })).ensureDialogs).toMatchObject({ outcome: 'SATISFIED' });
    expect(generator.asked).toHaveLength(3);
  });

  test('that are not paid for are given back to the day on which they were reserved', async () => {
    const monotonic = frozenClock();
    let days = 0;
    const clock = { ...monotonic, now: () => new Date(monotonic.now().getTime() + days * DAY_MS) };
    const store = await open();
    const generator: DialogGenerator = {
      styles: () => [],
      name: 'free/v1',
      versions: ['free/v1'],
      concurrency: 1,
      async generate(_, { reserveCall, onUnpaidCall }) {
        await reserveCall();
        days = 1;
        onUnpaidCall();
        throw new GeneratorFailed('The key is refused.');
      },
    };
    const app = await openTestApp({ store, clock, generator });
    await createCourse(store, { teaching: 3 });
    await app.ask(Limit, { limit: 3 });
    const today = utcDay(monotonic.now());
    const tomorrow = utcDay(new Date(monotonic.now().getTime() + DAY_MS));
    await store.reserveCalls('course', tomorrow, 2, null);
    await app.ask(Ensure, { min: 3 });
    await app.pool.finish(0);
    const counts = [today, tomorrow].map((day) => ({ profileId: 'course', day }));
    expect(await store.callsOn(counts)).toEqual([0, 2]);
  });

  test('of a profile whose limit is 0 are none', async () => {
    const generator = scriptedGenerator();
    const app = await openTestApp({ store: await open(), clock: oneDayClock, generator });
    await createCourse(app.store, { teaching: 20 });
    await app.ask(Limit, { limit: 0 });
    expect((await app.ask(Ensure, { min: 1 })).ensureDialogs).toMatchObject({ outcome: 'BUDGET_EXHAUSTED' });
    expect(generator.asked).toHaveLength(0);
  });
});
