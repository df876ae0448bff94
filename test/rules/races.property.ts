import fc, { type Scheduler } from 'fast-check';
import { expect, test } from 'vitest';
import { dialogId } from '../../src/model/dialog.ts';
import { type Word, wordId } from '../../src/model/word.ts';
import { createPool } from '../../src/pool/pool.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Store } from '../../src/ports/store.ts';
import { memoryLog } from '../support/memory-log.ts';
import { noMeter } from '../support/no-meter.ts';
import { seededRandom } from '../support/random.ts';
import { runs } from '../support/runs.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { STORES } from '../support/stores.ts';
import { tempSqliteStore } from '../support/test-app.ts';

/** Every call of the store waits until the scheduler lets it through, and so does its answer. */
function scheduled(store: Store, scheduler: Scheduler): Store {
  return new Proxy(store, {
    get(target, name) {
      const method = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return async (...args: unknown[]) => {
        await scheduler.schedule(Promise.resolve(), String(name));
        const result: unknown = await Reflect.apply(method, target, args);
        await scheduler.schedule(Promise.resolve(), `${String(name)} answered`);
        return result;
      };
    },
  });
}

/** The store with some of its methods replaced: a planted bug. */
function replacing(store: Store, methods: Partial<Store>): Store {
  return new Proxy(store, {
    get: (target, name) => Reflect.get(methods, name) ?? Reflect.get(target, name),
  });
}

/** Time stands still; who waits for another's lease is woken by the scheduler. */
function scheduledClock(scheduler: Scheduler): Clock {
  return {
    now: () => new Date(1_700_000_000_000),
    sleep: (_, signal) =>
      signal === undefined
        ? scheduler.schedule(Promise.resolve(), 'waited')
        : new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
  };
}

interface Scene {
  readonly teaching: number;
  readonly pending: number;
  /** How many words have an unused dialog already. */
  readonly prefilled: number;
  /** One process each; what every caller in it asks for. */
  readonly processes: readonly (readonly number[])[];
  readonly claims: readonly number[];
}

const scene: fc.Arbitrary<Scene> = fc.record({
  teaching: fc.integer({ min: 0, max: 6 }),
  pending: fc.integer({ min: 0, max: 6 }),
  prefilled: fc.integer({ min: 0, max: 4 }),
  processes: fc.array(fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 1, maxLength: 2 }), {
    minLength: 2,
    maxLength: 4,
  }),
  claims: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }),
});

/** Plays the scene on a profile of its own and checks the rules on what came of it. */
async function play(
  store: Store,
  scheduler: Scheduler,
  { teaching, pending, prefilled, processes, claims }: Scene,
  plantBug: (store: Store) => Store = (sound) => sound,
): Promise<void> {
  const profileId = `race-${++profiles}`;
  const createdAt = new Date(1_600_000_000_000);
  await store.createProfile({
    id: profileId,
    name: 'Race',
    nativeLanguage: 'en',
    targetLanguage: 'es',
    level: null,
    refVoiceId: null,
    minDialogs: 12,
    createdAt,
  });
  const words = Array.from({ length: teaching + pending }, (_, i): Word => {
    const state = i < teaching ? 'teaching' : 'pending';
    return { id: wordId(profileId, `w${i}`), profileId, text: `w${i}`, translation: null, state, createdAt };
  });
  await store.addWords(profileId, words);
  for (const word of words.slice(0, prefilled)) {
    const turns = ['A', 'B'].map((speaker) => ({ speaker, text: word.text, translation: 'w', audio: null }));
    await store.createDialog({
      id: dialogId(word.id, 0),
      profileId,
      wordId: word.id,
      turns,
      isUsed: false,
      usedAt: null,
      refVoiceId: null,
      generator: 'before',
      createdAt,
    });
  }
  const before = await store.unusedTotal(profileId);

  const clock = scheduledClock(scheduler);
  const generator = scriptedGenerator(undefined, {
    concurrency: 3,
    turn: () => scheduler.schedule(Promise.resolve(), 'generated'),
  });
  const raced = plantBug(scheduled(store, scheduler));
  let ids = 0;
  const pools = processes.map((_, i) =>
    createPool({
      store: raced,
      generator,
      clock,
      log: memoryLog(),
      meter: noMeter,
      prices: null,
      voicing: null,
      random: seededRandom(i),
      newId: () => `${profileId}-id-${++ids}`,
    }),
  );
  const ensuring = processes.flatMap((mins, i) =>
    mins.map((min) => pools[i]?.ensureDialogs(profileId, min) ?? Promise.reject(new Error('no pool'))),
  );
  const claiming = claims.map((count) => pools[0]?.claimDialogs(profileId, count) ?? Promise.reject());
  const results = await scheduler.waitFor(Promise.all(ensuring));
  const claimed = (await scheduler.waitFor(Promise.all(claiming))).flat();

  // Rule 9: every dialog is handed to one caller.
  expect(new Set(claimed.map(({ id }) => id)).size).toBe(claimed.length);
  // Rule 1: no word has two unused dialogs.
  const { nodes: unused } = await store.dialogPage(profileId, false, { first: 100, after: null });
  expect(new Set(unused.map((dialog) => dialog.wordId)).size).toBe(unused.length);
  // Rule 3: together they paid for what one caller would have made, with what was claimed in between on top.
  const most = Math.max(...processes.flat());
  const created = results.flatMap((result) => result.created);
  const needed = Math.max(0, Math.min(most, words.length) - before);
  expect(created.length).toBeLessThanOrEqual(needed + claimed.length);
  expect(generator.asked.length).toBe(created.length);
  expect(unused.length).toBe(before + created.length - claimed.length);
  if (claims.length === 0) expect(created.length).toBe(needed);
  // Rule 2: a caller that was told that the minimum is reached saw it reached.
  for (const result of results) {
    expect(result.outcome === 'SATISFIED').toBe(result.unusedTotal >= result.min);
  }
}
let profiles = 0;

function raceProperty(store: Store, plantBug?: (store: Store) => Store) {
  return fc.asyncProperty(fc.scheduler(), scene, (scheduler, drawn) =>
    play(store, scheduler, drawn, plantBug),
  );
}

test.each(STORES)(
  'whatever the order of calls, 2 to 8 callers keep the rules together on $name',
  async ({ open, share }) => {
    const store = await open();
    await fc.assert(raceProperty(store), {
      numRuns: Math.ceil(runs({ usual: 200, deep: 1000 }) * share),
      seed: 3,
    });
  },
);

test('the race property catches a top-up without a lease', async () => {
  const store = await tempSqliteStore();
  const withoutLease = (sound: Store): Store =>
    replacing(sound, {
      takeLease: async (profileId, owner, _, until) => ({ profileId, owner, until, version: '' }),
      renewLease: async (lease) => lease,
      releaseLease: async () => undefined,
    });
  const run = await fc.check(raceProperty(store, withoutLease), { numRuns: 300, seed: 3 });
  expect(run.failed).toBe(true);
});

test('the race property catches a claim that looks first and marks afterwards', async () => {
  const store = await tempSqliteStore();
  const lookThenMark = (sound: Store): Store =>
    replacing(sound, {
      async claimDialogs(profileId, count, at) {
        const { nodes } = await sound.dialogPage(profileId, false, { first: count, after: null });
        return Promise.all(nodes.map(({ id }) => sound.markDialogUsed(profileId, id, at)));
      },
    });
  const run = await fc.check(raceProperty(store, lookThenMark), { numRuns: 1000, seed: 3 });
  expect(run.failed).toBe(true);
});
