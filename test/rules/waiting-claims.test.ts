import { describe, expect, test } from 'vitest';
import { StoreUnavailable } from '../../src/model/errors.ts';
import { graphql } from '../generated/index.ts';
import { createCourse } from '../support/course.ts';
import { newGate } from '../support/gate.ts';
import { movableClock } from '../support/movable-clock.ts';
import { replacing } from '../support/scheduled-store.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { openTestApp, tempSqliteStore } from '../support/test-app.ts';
import { traced, untilQuiet } from '../support/traced-store.ts';
import { until } from '../support/until.ts';

const Wait = graphql(`
  mutation ClaimAndWait { claimDialogs(profileId: "course", whenEmpty: WAIT) { id } }
`);

describe('claims that wait for one profile', () => {
  test('call the store as often as there are claims, not as their square', async () => {
    const waiting = 50;
    const { store, calls } = traced(await tempSqliteStore());
    const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 1));
    const app = await openTestApp({ store, generator: scriptedGenerator(undefined, { turn }) });
    await createCourse(store, { teaching: 150, minDialogs: 12 });
    const before = calls.length;
    const claims = await Promise.all(Array.from({ length: waiting }, () => app.ask(Wait, {})));
    const ids = claims.flatMap(({ claimDialogs }) => claimDialogs.map(({ id }) => id));
    expect(new Set(ids).size).toBe(waiting);
    await app.pool.finish(10_000);
    const since = calls.slice(before);
    expect(since.filter(({ name }) => name === 'claimDialogs').length).toBeLessThanOrEqual(3 * waiting);
    expect(since.length).toBeLessThanOrEqual(12 * waiting);
  });

  test('get dialogs in the order in which they came', async () => {
    const written = newGate();
    const { store, calls } = traced(await tempSqliteStore());
    const tries = () => calls.filter(({ name }) => name === 'claimDialogs').length;
    const app = await openTestApp({
      store,
      generator: scriptedGenerator(undefined, { turn: () => written.opened }),
    });
    await createCourse(store, { teaching: 9, minDialogs: 3 });
    const answered: number[] = [];
    const claims: Promise<unknown>[] = [];
    for (let i = 0; i < 5; i += 1) {
      claims.push(app.ask(Wait, {}).then(() => answered.push(i)));
      // It tries itself, and then the first of those that wait tries because one has come.
      await until(() => tries() >= 2 * i + 2);
    }
    written.open();
    await Promise.all(claims);
    expect(answered).toEqual([0, 1, 2, 3, 4]);
  });

  test('are all told that no dialog will come, after the words were tried once', async () => {
    const written = newGate();
    const { store, calls } = traced(await tempSqliteStore());
    const generator = scriptedGenerator(() => 'fail-word', { turn: () => written.opened });
    const app = await openTestApp({ store, generator });
    await createCourse(store, { teaching: 3 });
    const claims = Array.from({ length: 20 }, () => app.ask(Wait, {}));
    await until(() => calls.filter(({ name }) => name === 'claimDialogs').length >= claims.length);
    written.open();
    expect((await Promise.all(claims)).flatMap(({ claimDialogs }) => claimDialogs)).toEqual([]);
    expect(generator.asked).toHaveLength(3);
  });

  test('return nothing after 30 seconds, and the next one is served', async () => {
    const clock = movableClock();
    const written = newGate();
    const { store, calls } = traced(await tempSqliteStore());
    const generator = scriptedGenerator(undefined, { turn: () => written.opened });
    const app = await openTestApp({ store, clock, generator });
    await createCourse(store, { teaching: 9, minDialogs: 1 });
    const first = app.ask(Wait, {});
    await until(() => generator.asked.length > 0);
    clock.move(5_000);
    const before = calls.length;
    const second = app.ask(Wait, {});
    await until(() => calls.slice(before).filter(({ name }) => name === 'claimDialogs').length >= 2);
    clock.move(25_000);
    expect((await first).claimDialogs).toEqual([]);
    written.open();
    expect((await second).claimDialogs).toHaveLength(1);
  });

  test('look at a pool with dialogs that nobody can claim again only after a pause', async () => {
    const clock = movableClock();
    const sound = await tempSqliteStore();
    const { store, calls } = traced(replacing(sound, { claimDialogs: async () => [] }));
    const looks = () => calls.filter(({ name }) => name === 'releaseLease').length;
    const app = await openTestApp({ store, clock });
    await createCourse(store, { teaching: 9, minDialogs: 2 });
    const claiming = app.ask(Wait, {});
    for (let count = 1; count <= 4; count += 1) {
      await until(() => looks() === count);
      await untilQuiet(calls);
      expect(looks()).toBe(count);
      clock.move(1_000);
    }
    clock.move(30_000);
    expect((await claiming).claimDialogs).toEqual([]);
  });

  test('end nothing but themselves if the store fails for one of them', async () => {
    const sound = await tempSqliteStore();
    let tries = 0;
    const store = replacing(sound, {
      async claimDialogs(...args) {
        tries += 1;
        if (tries === 4) throw new StoreUnavailable();
        return sound.claimDialogs(...args);
      },
    });
    const app = await openTestApp({ store });
    await createCourse(store, { teaching: 9 });
    const claims = await Promise.allSettled([1, 2, 3].map(() => app.ask(Wait, {})));
    expect(claims.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  });
});
