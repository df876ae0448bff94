import fc, { type Scheduler } from 'fast-check';
import { expect, test } from 'vitest';
import { inProcessEvents } from '../../src/adapters/system/in-process-events.ts';
import { dialogId } from '../../src/model/dialog.ts';
import { type Word, wordId } from '../../src/model/word.ts';
import { createPool } from '../../src/pool/pool.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Store } from '../../src/ports/store.ts';
import { choices } from '../support/choices.ts';
import { memoryLog } from '../support/memory-log.ts';
import { seededRandom } from '../support/random.ts';
import { runs } from '../support/runs.ts';
import { replacing, scheduled } from '../support/scheduled-store.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { soleVersion } from '../support/sole-version.ts';
import { STORES } from '../support/stores.ts';
import { tempSqliteStore } from '../support/test-app.ts';
import { TrueTime, type WallClock, wall } from '../support/true-time.ts';

interface Scene {
  readonly teaching: number;
  readonly pending: number;
  /** How many words have an unused dialog already. */
  readonly prefilled: number;
  /** How many of the words after those get no dialog from the generator. */
  readonly failing: number;
  /** What every caller in it asks for, and its clock. */
  readonly processes: readonly { readonly mins: readonly number[]; readonly wall: WallClock }[];
  readonly claims: readonly number[];
  /** Pauses in which nobody does anything, as if all processes were stopped; in milliseconds. */
  readonly pauses: readonly number[];
}

/** @param most that a caller asks for */
const sceneOf = (most: number): fc.Arbitrary<Scene> =>
  fc.record({
    teaching: fc.integer({ min: 0, max: 6 }),
    pending: fc.integer({ min: 0, max: 6 }),
    prefilled: fc.integer({ min: 0, max: 4 }),
    failing: fc.integer({ min: 0, max: 6 }),
    processes: fc.array(
      fc.record({ mins: fc.array(fc.integer({ min: 0, max: most }), { minLength: 1, maxLength: 3 }), wall }),
      { minLength: 2, maxLength: 4 },
    ),
    claims: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }),
    pauses: fc.array(fc.constantFrom(6_000, 16_000, 21_000, 60_000), { maxLength: 4 }),
  });
/** All words that come first fail, and leases are lost meanwhile. */
const unlucky: fc.Arbitrary<Scene> = fc
  .record({
    scene: sceneOf(3),
    failing: fc.integer({ min: 2, max: 4 }),
    pending: fc.integer({ min: 3, max: 6 }),
    pauses: fc.array(fc.constantFrom(16_000, 21_000), { minLength: 2, maxLength: 6 }),
  })
  .map(({ scene, failing, pending, pauses }) => ({
    ...scene,
    ...{ teaching: failing, prefilled: 0, failing, pending, claims: [], pauses },
  }));
const scene = fc.oneof(sceneOf(3), sceneOf(8), unlucky);

/** Replaces what a process does with its store by something wrong. */
type PlantBug = (store: Store, clock: Clock) => Store;

/** Plays the scene on a profile of its own and checks the rules on what came of it. */
async function play(
  store: Store,
  scheduler: Scheduler,
  { teaching, pending, prefilled, failing, processes, claims, pauses }: Scene,
  plantBug: PlantBug = (sound) => sound,
): Promise<void> {
  const profileId = `race-${++profiles}`;
  const createdAt = new Date(1_600_000_000_000);
  await store.createProfile({
    id: profileId,
    ownerId: null,
    name: 'Race',
    nativeLanguage: 'en',
    targetLanguage: 'es',
    level: null,
    refVoiceId: null,
    minDialogs: 12,
    autoTopUp: false,
    maxCallsPerDay: null,
    wordOrder: 'random',
    wordProgress: 'manual',
    createdAt,
  });
  const words = Array.from({ length: teaching + pending }, (_, i): Word => {
    const state = i < teaching ? 'teaching' : 'pending';
    return {
      id: wordId(profileId, `w${i}`),
      profileId,
      text: `w${i}`,
      translation: null,
      state,
      memory: null,
      dialogSeries: null,
      createdAt,
    };
  });
  await store.addWords(profileId, words);
  for (const word of words.slice(0, prefilled)) {
    const turns = ['A', 'B'].map((speaker) => ({ speaker, text: word.text, translation: 'w', audio: null }));
    await store.createDialog({
      id: dialogId(word, 0),
      profileId,
      wordId: word.id,
      turns,
      isUsed: false,
      usedAt: null,
      refVoiceId: null,
      generator: 'before',
      style: null,
      selfCheck: null,
      trial: null,
      review: null,
      createdAt,
    });
  }
  const before = await store.unusedTotal(profileId);

  const time = new TrueTime(scheduler);
  const hopeless = new Set(words.slice(prefilled, prefilled + failing).map(({ id }) => id));
  const generator = scriptedGenerator(({ word }) => (hopeless.has(word.id) ? 'fail-word' : 'write'), {
    concurrency: 3,
    turn: () => scheduler.schedule(Promise.resolve(), 'generated'),
  });
  const log = memoryLog();
  const raced = scheduled(store, scheduler, time);
  let ids = 0;
  const pools = processes.map(({ wall }, i) => {
    const clock = time.clock(wall, i * 1_000_000);
    return createPool({
      ...choices,
      store: plantBug(raced, clock),
      generator,
      prompts: soleVersion(generator),
      clock,
      log,
      events: inProcessEvents(memoryLog()),
      prices: null,
      random: seededRandom(i),
      newId: () => `${profileId}-id-${++ids}`,
    });
  });
  const ensuring = processes.flatMap(({ mins }, i) =>
    mins.map((min) => pools[i]?.ensureDialogs(profileId, min) ?? Promise.reject(new Error('no pool'))),
  );
  const claiming = claims.map((count) => pools[0]?.claimDialogs(profileId, { count }) ?? Promise.reject());
  const pausing = pauses.map((ms) => time.pass(ms));
  const results = await scheduler.waitFor(Promise.all(ensuring));
  const claimed = (await scheduler.waitFor(Promise.all(claiming))).flat();
  await scheduler.waitFor(Promise.all([...pausing, ...pools.map((pool) => pool.finish(0))]));

  // Rule 9: every dialog is handed to one caller.
  expect(new Set(claimed.map(({ id }) => id)).size).toBe(claimed.length);
  // Rule 1: no word has two unused dialogs.
  const { nodes: unused } = await store.dialogPage(profileId, false, { first: 100, after: null });
  expect(new Set(unused.map((dialog) => dialog.wordId)).size).toBe(unused.length);
  // Rule 3: together they paid for what one caller would have made, with what was claimed in between on top.
  const most = Math.max(...processes.flatMap(({ mins }) => mins));
  const created = results.flatMap((result) => result.created);
  const needed = Math.max(0, Math.min(most, words.length - hopeless.size) - before);
  expect(created.length).toBeLessThanOrEqual(needed + claimed.length);
  // What was under way when a lease was lost is paid for once more; nothing else is.
  const losses = log.lines.filter((line) => line.includes('a lease was')).length;
  const paid = generator.asked.filter(({ word }) => !hopeless.has(word.id)).length;
  expect(paid).toBeGreaterThanOrEqual(created.length);
  expect(paid).toBeLessThanOrEqual(created.length + losses * generator.concurrency);
  // A word that fails is tried once in a top-up.
  expect(generator.asked.length - paid).toBeLessThanOrEqual(hopeless.size * results.length);
  expect(results.reduce((sum, { spend }) => sum + spend.calls, 0)).toBe(generator.asked.length);
  expect(unused.length).toBe(before + created.length - claimed.length);
  if (claims.length === 0) expect(created.length).toBe(needed);
  // Rule 2: a caller that was told that the minimum is reached saw it reached.
  for (const result of results) {
    expect(result.outcome === 'SATISFIED').toBe(result.unusedTotal >= result.min);
    // One that was told that all words were tried saw that every word which can have a dialog has one.
    if (claims.length === 0 && result.outcome === 'WORDS_EXHAUSTED') {
      expect(result.unusedTotal).toBe(words.length - hopeless.size);
    }
  }
}
let profiles = 0;

function raceProperty(store: Store, plantBug?: PlantBug) {
  return fc.asyncProperty(fc.scheduler(), scene, (scheduler, drawn) =>
    play(store, scheduler, drawn, plantBug),
  );
}

test.each(STORES)(
  'whatever the order of calls, 2 to 8 callers keep the rules together on $name',
  async ({ open, share }) => {
    const store = await open();
    await fc.assert(raceProperty(store), {
      numRuns: Math.ceil(runs({ usual: 20, deep: 1000 }) * share),
      seed: 3,
    });
  },
);

test('the race property catches a top-up without a lease', async () => {
  const store = await tempSqliteStore();
  const withoutLease: PlantBug = (sound) =>
    replacing(sound, {
      takeLease: async (key, owner) => ({ key, owner, version: '' }),
      renewLease: async (lease) => lease,
      releaseLease: async () => undefined,
      createDialog: (dialog) => sound.createDialog(dialog),
    });
  const run = await fc.check(raceProperty(store, withoutLease), {
    numRuns: 300,
    seed: 3,
    endOnFailure: true,
  });
  expect(run.failed).toBe(true);
});

test('the race property catches a lease that lasts until a date of its owner', async () => {
  const store = await tempSqliteStore();
  const untils = new Map<string, { owner: string; until: number }>();
  const byWallClock: PlantBug = (sound, clock) =>
    replacing(sound, {
      async takeLease(key, owner) {
        await sound.unusedTotal('');
        const now = clock.now().getTime();
        const lease = untils.get(key);
        if (lease === undefined || lease.until <= now) untils.set(key, { owner, until: now + 20_000 });
        return { key, owner: untils.get(key)?.owner ?? owner, version: '' };
      },
      async renewLease(lease) {
        await sound.unusedTotal('');
        if (untils.get(lease.key)?.owner !== lease.owner) return null;
        untils.set(lease.key, { owner: lease.owner, until: clock.now().getTime() + 20_000 });
        return lease;
      },
      async releaseLease({ key, owner }) {
        if (untils.get(key)?.owner === owner) untils.delete(key);
      },
      createDialog: (dialog) => sound.createDialog(dialog),
    });
  const run = await fc.check(raceProperty(store, byWallClock), { numRuns: 300, seed: 3, endOnFailure: true });
  expect(run.failed).toBe(true);
});

test('the race property catches a walk that ends before it has come to every word', async () => {
  const store = await tempSqliteStore();
  const endingEarly: PlantBug = (sound) =>
    replacing(sound, {
      async drawWords(profileId, state, from) {
        const { words } = await sound.drawWords(profileId, state, from, 1);
        return { words, next: null };
      },
    });
  const run = await fc.check(raceProperty(store, endingEarly), { numRuns: 300, seed: 3, endOnFailure: true });
  expect(run.failed).toBe(true);
});

test('the race property catches a claim that looks first and marks afterwards', async () => {
  const store = await tempSqliteStore();
  const lookThenMark: PlantBug = (sound) =>
    replacing(sound, {
      async claimDialogs(profileId, count, at) {
        const { nodes } = await sound.dialogPage(profileId, false, { first: count, after: null });
        return Promise.all(nodes.map(({ id }) => sound.markDialogUsed(profileId, id, at)));
      },
    });
  const run = await fc.check(raceProperty(store, lookThenMark), {
    numRuns: 1000,
    seed: 3,
    endOnFailure: true,
  });
  expect(run.failed).toBe(true);
});
