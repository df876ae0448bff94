import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/system/system-clock.ts';
import type { Store } from '../../src/ports/store.ts';
import { graphql } from '../generated/index.ts';
import { createCourse } from '../support/course.ts';
import { newGate } from '../support/gate.ts';
import { movableClock } from '../support/movable-clock.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { USUAL_STORES } from '../support/stores.ts';
import { openTestApp, type TestApp, tempSqliteStore } from '../support/test-app.ts';
import { type StoreCall, traced, untilQuiet } from '../support/traced-store.ts';
import { until } from '../support/until.ts';

const Claim = graphql(`
  mutation ClaimForMore($count: Int, $whenEmpty: WhenEmpty, $claimKey: ID) {
    claimDialogs(profileId: "course", count: $count, whenEmpty: $whenEmpty, claimKey: $claimKey) { id }
  }
`);

const Automatic = graphql(`
  mutation TopUpAutomatically { updateProfile(id: "course", input: { autoTopUp: true }) { autoTopUp } }
`);

const AddWord = graphql(`
  mutation AddWordForMore($text: String!) {
    addWords(profileId: "course", words: [{ text: $text }]) { added { id } }
  }
`);

const Ensure = graphql(`
  mutation EnsureFull($min: Int) { ensureDialogs(profileId: "course", min: $min) { unusedTotal outcome } }
`);

const Cancel = graphql(`
  mutation CancelStarted($id: ID!) { cancelTopUp(profileId: "course", topUpId: $id) { id } }
`);

const State = graphql(`
  query StateOfTopUps {
    profile(id: "course") {
      pool { unusedTotal usedTotal }
      topUps(first: 5) { edges { node { id state outcome created { id } } } }
    }
  }
`);

async function stateOf(app: TestApp) {
  const { profile } = await app.ask(State, {});
  if (!profile) throw new Error('there is no profile');
  return { ...profile.pool, topUps: profile.topUps.edges.map(({ node }) => node) };
}

/** Waits until the pool has the given number of unused dialogs and nothing is under way. */
async function untilIdleWith(app: TestApp, unusedTotal: number) {
  for (;;) {
    const state = await stateOf(app);
    const isIdle = state.topUps.every(({ state }) => state !== 'RUNNING' && state !== 'WAITING');
    if (isIdle && state.unusedTotal === unusedTotal) return state;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Cancels the running top-up once there is one. */
async function cancelRunning(app: TestApp): Promise<void> {
  const findRunning = async () => (await stateOf(app)).topUps.find(({ state }) => state === 'RUNNING');
  let running = await findRunning();
  while (!running) running = await findRunning();
  await app.ask(Cancel, { id: running.id });
}

const pause = (ms: number) => () => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A generator that writes one dialog, and the next ones, one at a time, when the test says so. */
function writesOne() {
  const others = newGate();
  const generator = scriptedGenerator(undefined, {
    concurrency: 1,
    turn: async () => {
      if (generator.asked.length > 1) await others.opened;
    },
  });
  return { generator, writeOthers: others.open };
}

describe.each(USUAL_STORES)('claims of a profile with autoTopUp on $name', ({ open }) => {
  test('30 at once get every dialog once, and one top-up pays for exactly what is missing', async () => {
    const answered = newGate();
    const generator = scriptedGenerator(undefined, {
      turn: async () => {
        if (generator.asked.length > 12) await answered.opened;
      },
    });
    const app = await openTestApp({ store: await open(), generator });
    await createCourse(app.store, { teaching: 60, minDialogs: 12 });
    await app.ask(Ensure, {});
    await app.ask(Automatic, {});
    const before = (await untilIdleWith(app, 12)).topUps.length;
    const claims = await Promise.all(Array.from({ length: 30 }, () => app.ask(Claim, { count: 1 })));
    answered.open();
    const ids = claims.flatMap(({ claimDialogs }) => claimDialogs.map(({ id }) => id));
    expect(new Set(ids).size).toBe(12);
    const { topUps, usedTotal } = await untilIdleWith(app, 12);
    expect(usedTotal).toBe(12);
    expect(generator.asked).toHaveLength(24);
    expect(topUps).toHaveLength(before + 1);
  });

  test('start one top-up if the pool is empty, however many they are', async () => {
    const answered = newGate();
    const generator = scriptedGenerator(undefined, { turn: () => answered.opened });
    const app = await openTestApp({ store: await open(), generator });
    await createCourse(app.store, { teaching: 40, minDialogs: 6 });
    await app.ask(Automatic, {});
    const claims = await Promise.all(Array.from({ length: 10 }, () => app.ask(Claim, { count: 1 })));
    answered.open();
    expect(claims.flatMap(({ claimDialogs }) => claimDialogs)).toEqual([]);
    const { topUps } = await untilIdleWith(app, 6);
    expect(topUps).toHaveLength(1);
    expect(generator.asked).toHaveLength(6);
  });

  test('start nothing while enough dialogs are left, nor without autoTopUp', async () => {
    const app = await openTestApp({ store: await open() });
    await createCourse(app.store, { teaching: 20, minDialogs: 3 });
    await app.ask(Ensure, { min: 8 });
    await app.ask(Claim, { count: 5 });
    await app.ask(Automatic, {});
    await app.ask(Ensure, { min: 5 });
    const before = (await stateOf(app)).topUps.length;
    await app.ask(Claim, { count: 2 });
    expect((await untilIdleWith(app, 3)).topUps).toHaveLength(before);
    await app.ask(Claim, { count: 1 });
    expect((await untilIdleWith(app, 3)).topUps).toHaveLength(before + 1);
  });
});

describe('a client that claims from an empty pool again and again', () => {
  const claimOften = async (app: TestApp) => {
    for (let i = 0; i < 10; i += 1) {
      expect((await app.ask(Claim, {})).claimDialogs).toEqual([]);
      await untilIdleWith(app, 0);
    }
  };

  test('does not pay again for words that get no dialogs, until there are further words', async () => {
    const generator = scriptedGenerator(() => 'fail-word');
    const app = await openTestApp({ generator });
    await createCourse(app.store, { teaching: 3, minDialogs: 2 });
    await app.ask(Automatic, {});
    while (generator.asked.length < 3) await claimOften(app);
    await claimOften(app);
    expect(generator.asked).toHaveLength(3);
    await app.ask(AddWord, { text: 'uno' });
    while (!generator.asked.some(({ word }) => word.text === 'uno')) await claimOften(app);
  });

  test('costs a read of the profile and a claim each time if all words were tried', async () => {
    const clock = movableClock();
    const { store, calls } = traced(await tempSqliteStore());
    const app = await openTestApp({ store, clock });
    await createCourse(store, { learned: 3, minDialogs: 2 });
    await app.ask(Automatic, {});
    const claimAgain = async () => {
      const before = calls.length;
      const { claimDialogs } = await app.ask(Claim, {});
      await untilQuiet(calls);
      return { claimed: claimDialogs.length, calls: calls.slice(before).map(({ name }) => name) };
    };
    const inVain = { claimed: 0, calls: ['profiles', 'claimDialogs'] };
    expect((await claimAgain()).calls).toContain('wordCounts');
    for (let i = 0; i < 3; i += 1) expect(await claimAgain()).toEqual(inVain);
    // Another process may have changed the words.
    clock.move(5_000);
    expect((await claimAgain()).calls).toContain('wordCounts');
    expect(await claimAgain()).toEqual(inVain);
    await app.ask(AddWord, { text: 'uno' });
    expect((await claimAgain()).calls).toContain('createDialog');
    expect((await claimAgain()).claimed).toBe(1);
  });

  test('gets a dialog for a word that was added while the pool was counted', async () => {
    let elapsed = 0;
    const store = await tempSqliteStore();
    let counts = 0;
    const wordCounts: Store['wordCounts'] = async (ids) => {
      const counted = await store.wordCounts(ids);
      counts += 1;
      if (counts === 2) await app.ask(AddWord, { text: 'uno' });
      return counted;
    };
    const clock = { ...systemClock, monotonic: () => elapsed };
    const app = await openTestApp({ clock, store: { ...store, wordCounts } });
    await createCourse(store, { learned: 3, minDialogs: 2 });
    await app.ask(Automatic, {});
    const claimed = async () => {
      const { claimDialogs } = await app.ask(Claim, {});
      await pause(20)();
      return claimDialogs.length;
    };
    while (counts < 2) {
      elapsed += 5_000;
      expect(await claimed()).toBe(0);
    }
    while ((await claimed()) === 0);
  });

  test('does not pay twice for a claim that has waited in vain', async () => {
    const generator = scriptedGenerator(() => 'fail-word');
    const app = await openTestApp({ generator });
    await createCourse(app.store, { teaching: 3, minDialogs: 2 });
    await app.ask(Automatic, {});
    expect((await app.ask(Claim, { whenEmpty: 'WAIT' })).claimDialogs).toEqual([]);
    await app.pool.finish(1_000);
    expect(generator.asked).toHaveLength(3);
  });

  test('has a generator that failed as a whole asked again only after a pause', async () => {
    const clock = movableClock();
    const generator = scriptedGenerator(() => 'fail-generator', { concurrency: 1 });
    const app = await openTestApp({ generator, clock });
    await createCourse(app.store, { teaching: 3, minDialogs: 2 });
    await app.ask(Automatic, {});
    while (generator.asked.length === 0) await claimOften(app);
    await claimOften(app);
    expect((await stateOf(app)).topUps).toHaveLength(1);
    const paid = generator.asked.length;
    clock.move(5_000);
    while (generator.asked.length === paid) await claimOften(app);
  });

  test('starts another top-up only after a pause if the last one was cancelled', async () => {
    const clock = movableClock();
    const cancelled = newGate();
    const generator = scriptedGenerator(() => 'fail-word', { concurrency: 1, turn: () => cancelled.opened });
    const app = await openTestApp({ generator, clock });
    await createCourse(app.store, { teaching: 20, minDialogs: 2 });
    await app.ask(Automatic, {});
    expect((await app.ask(Claim, {})).claimDialogs).toEqual([]);
    await until(() => generator.asked.length > 0);
    await cancelRunning(app);
    cancelled.open();
    await claimOften(app);
    expect((await stateOf(app)).topUps).toMatchObject([{ state: 'CANCELLED' }]);
    expect(generator.asked).toHaveLength(1);
    clock.move(5_000);
    while (generator.asked.length === 1) await claimOften(app);
  });
});

describe.each(USUAL_STORES)('a claim that waits on $name', ({ open }) => {
  test('is given the first dialog of a top-up, long before the pool is full', async () => {
    const { generator, writeOthers } = writesOne();
    const app = await openTestApp({ store: await open(), generator });
    await createCourse(app.store, { teaching: 20, minDialogs: 6 });
    const { claimDialogs } = await app.ask(Claim, { whenEmpty: 'WAIT' });
    expect(claimDialogs).toHaveLength(1);
    writeOthers();
    expect((await untilIdleWith(app, 6)).usedTotal).toBe(1);
    expect(generator.asked).toHaveLength(7);
  });

  test('is given another dialog than the others that wait', async () => {
    const generator = scriptedGenerator(undefined, { turn: pause(20) });
    const store = await open();
    const apps = [await openTestApp({ store, generator }), await openTestApp({ store, generator })];
    await createCourse(store, { teaching: 30, minDialogs: 2 });
    const claims = await Promise.all(
      Array.from({ length: 8 }, (_, i) => apps[i % 2]?.ask(Claim, { whenEmpty: 'WAIT' })),
    );
    const ids = claims.flatMap((claim) => claim?.claimDialogs.map(({ id }) => id) ?? []);
    expect(new Set(ids).size).toBe(8);
  });

  test('returns no dialog if none can be created, and the same ones for the same key', async () => {
    const app = await openTestApp({ store: await open() });
    await createCourse(app.store, { learned: 3 });
    expect((await app.ask(Claim, { whenEmpty: 'WAIT' })).claimDialogs).toEqual([]);
    await app.ask(
      graphql(
        `mutation AddForWait { addWords(profileId: "course", words: [{ text: "uno" }, { text: "dos" }]) { added { id } } }`,
      ),
      {},
    );
    const key = { whenEmpty: 'WAIT', claimKey: 'lesson' } as const;
    const { claimDialogs } = await app.ask(Claim, key);
    expect(claimDialogs).toHaveLength(1);
    expect((await app.ask(Claim, key)).claimDialogs).toEqual(claimDialogs);
  });
});

test.each(['a claim that waited', 'maintenance'])(
  'a top-up that %s has started can be cancelled',
  async (who) => {
    const { generator, writeOthers } = writesOne();
    const app = await openTestApp({ generator, maintenanceMs: who === 'maintenance' ? 50 : 0 });
    await createCourse(app.store, { teaching: 40, minDialogs: 30 });
    if (who === 'maintenance') await app.ask(Automatic, {});
    else expect((await app.ask(Claim, { whenEmpty: 'WAIT' })).claimDialogs).toHaveLength(1);
    await cancelRunning(app);
    const finished = app.pool.finish(10_000);
    writeOthers();
    await finished;
    // The one that was written, and the one that was under way.
    expect(generator.asked.length).toBeLessThanOrEqual(2);
    expect((await stateOf(app)).topUps).toMatchObject([{ state: 'CANCELLED' }]);
  },
);

test('a call of ensureDialogs that joins a claim that waits is told what was created and paid for', async () => {
  const joined = newGate();
  const generator = scriptedGenerator(undefined, { concurrency: 1, turn: () => joined.opened });
  const { store, calls } = traced(await tempSqliteStore());
  const app = await openTestApp({ store, generator });
  await createCourse(app.store, { teaching: 20, minDialogs: 1 });
  const claiming = app.ask(Claim, { whenEmpty: 'WAIT' });
  await until(() => generator.asked.length > 0);
  const before = calls.length;
  const ensuring = app.ask(
    graphql(
      `mutation EnsureBesideClaim { ensureDialogs(profileId: "course", min: 4) { created { id } spend { calls } } }`,
    ),
    {},
  );
  // It joins when it has counted.
  const isCount = ({ name, ended }: StoreCall) => name === 'unusedTotal' && Number.isFinite(ended);
  await until(() => calls.slice(before).some(isCount));
  joined.open();
  const { ensureDialogs } = await ensuring;
  await claiming;
  expect(ensureDialogs.created.length).toBeGreaterThanOrEqual(4);
  expect(ensureDialogs.spend.calls).toBe(ensureDialogs.created.length);
});

test('one operation may claim with WAIT five times', async () => {
  const app = await openTestApp();
  await createCourse(app.store, { teaching: 20 });
  const claims = (count: number, whenEmpty: string) =>
    Array.from(
      { length: count },
      (_, i) => `c${i}: claimDialogs(profileId: "course", whenEmpty: ${whenEmpty}) { id }`,
    ).join(' ');
  const send = async (fields: string) => {
    const response = await app.app.fetch('http://127.0.0.1/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: `mutation { ${fields} }` }),
    });
    return response.json();
  };
  expect((await send(claims(6, 'WAIT'))).errors[0].message).toBe(
    'The operation calls claimDialogs with whenEmpty: WAIT 6 times. The limit is 5. Send the others in another request.',
  );
  expect((await app.store.dialogCounts(['course']))[0]).toEqual({ unused: 0, used: 0 });
  expect((await send(claims(5, 'WAIT'))).errors).toBeUndefined();
  expect((await send(claims(9, 'EMPTY'))).errors).toBeUndefined();
});

test('a claim that waits ends when the server stops', async () => {
  const app = await openTestApp({ generator: scriptedGenerator(undefined, { turn: pause(200) }) });
  await createCourse(app.store, { teaching: 3 });
  const waiting = app.ask(Claim, { whenEmpty: 'WAIT', count: 5 });
  await pause(50)();
  await app.pool.finish(0);
  expect((await waiting).claimDialogs.length).toBeLessThanOrEqual(3);
});

describe('maintenance', () => {
  /** A store, and a wait until maintenance has looked through it three times more. */
  async function openLookedThrough() {
    const { store, calls } = traced(await tempSqliteStore());
    const looks = () => calls.filter(({ name }) => name === 'profilePage').length;
    return {
      store,
      async looksMore() {
        // The last look has begun, so those before it have ended.
        const enough = looks() + 4;
        await until(() => looks() >= enough);
      },
    };
  }

  test('leaves a pool alone for a while if its words get no dialogs', async () => {
    const generator = scriptedGenerator(() => 'fail-word');
    const { store, looksMore } = await openLookedThrough();
    const app = await openTestApp({ store, generator, maintenanceMs: 20 });
    await createCourse(store, { teaching: 5, minDialogs: 4 });
    await app.ask(Automatic, {});
    while (generator.asked.length < 5) await pause(5)();
    await looksMore();
    expect(generator.asked).toHaveLength(5);
    // Further words are tried at once.
    await app.ask(AddWord, { text: 'uno' });
    while (!generator.asked.some(({ word }) => word.text === 'uno')) await pause(5)();
    await app.pool.finish(1_000);
  });

  test('tops up the pools that are short and have autoTopUp, and no others', async () => {
    const generator = scriptedGenerator();
    const { store, looksMore } = await openLookedThrough();
    for (let i = 0; i < 7; i += 1) {
      const { id } = await createCourse(store, { id: `course-${i}`, teaching: 9, minDialogs: 4 });
      if (i < 5) await store.updateProfile(id, { autoTopUp: true });
    }
    const apps = [1, 2].map(() => openTestApp({ store, generator, maintenanceMs: 100 }));
    const unused = async () =>
      (await store.dialogCounts(Array.from({ length: 7 }, (_, i) => `course-${i}`))).map(
        (each) => each.unused,
      );
    while ((await unused()).slice(0, 5).some((count) => count < 4)) await pause(20)();
    await looksMore();
    await Promise.all(apps.map(async (app) => (await app).pool.finish(1_000)));
    expect(await unused()).toEqual([4, 4, 4, 4, 4, 0, 0]);
    expect(generator.asked).toHaveLength(20);
  });
});
