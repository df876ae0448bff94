import fc, { type Scheduler } from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import { inProcessEvents } from '../../src/adapters/system/in-process-events.ts';
import type { Dialog } from '../../src/model/dialog.ts';
import { isFinished, type TopUpRecord } from '../../src/model/top-up-record.ts';
import { Callers } from '../../src/pool/callers.ts';
import { createPool, type Pool } from '../../src/pool/pool.ts';
import type { Store } from '../../src/ports/store.ts';
import { choices } from '../support/choices.ts';
import { createCourse } from '../support/course.ts';
import { memoryLog } from '../support/memory-log.ts';
import { seededRandom } from '../support/random.ts';
import { runs } from '../support/runs.ts';
import { replacing, scheduled } from '../support/scheduled-store.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { soleVersion } from '../support/sole-version.ts';
import { STORES } from '../support/stores.ts';
import { tempSqliteStore } from '../support/test-app.ts';
import { TrueTime, type WallClock, wall } from '../support/true-time.ts';

/** What a client does. `cancel` stops the profile's current top-up, `look` reads the list of top-ups. */
type Action =
  | { readonly do: 'ensure' | 'start'; readonly min: number }
  | { readonly do: 'claim'; readonly count: number }
  | { readonly do: 'wait' | 'cancel' | 'look' };

interface Scene {
  readonly words: number;
  readonly minDialogs: number;
  readonly autoTopUp: boolean;
  readonly maxCallsPerDay: number | null;
  readonly processes: readonly { readonly actions: readonly Action[]; readonly wall: WallClock }[];
  /** Pauses in which nobody does anything, as if all processes were stopped; in milliseconds. */
  readonly pauses: readonly number[];
}

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ do: fc.constantFrom('ensure', 'start'), min: fc.integer({ min: 0, max: 6 }) }),
  fc.record({ do: fc.constant('claim'), count: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ do: fc.constantFrom('wait', 'cancel', 'look') }),
);

/** Clients that start top-ups, wait for those of others, cancel them, and look on while processes are paused. */
const stubborn: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ do: fc.constantFrom('ensure', 'start'), min: fc.integer({ min: 3, max: 6 }) }),
  fc.record({ do: fc.constantFrom('cancel', 'look') }),
);

const sceneOf = (actions: fc.Arbitrary<Action>, budget: fc.Arbitrary<number | null>): fc.Arbitrary<Scene> =>
  fc.record({
    words: fc.integer({ min: 0, max: 8 }),
    minDialogs: fc.integer({ min: 0, max: 4 }),
    autoTopUp: fc.boolean(),
    maxCallsPerDay: budget,
    processes: fc.array(fc.record({ actions: fc.array(actions, { minLength: 1, maxLength: 4 }), wall }), {
      minLength: 2,
      maxLength: 4,
    }),
    pauses: fc.array(fc.constantFrom(6_000, 16_000, 21_000, 60_000), { maxLength: 4 }),
  });

/** A budget counts days by wall clocks, so the clocks of these scenes agree on the day. */
const frugal: fc.Arbitrary<Scene> = sceneOf(action, fc.integer({ min: 0, max: 6 })).map((scene) => ({
  ...scene,
  processes: scene.processes.map(({ actions }) => ({ actions, wall: { aheadMs: 0, jumps: [] } })),
}));

const background = sceneOf(stubborn, fc.constant(null));
const scene = fc.oneof(sceneOf(action, fc.constant(null)), background, frugal);

/** A store that tells when a top-up is recorded, and if a finished record is written again. */
function observed(store: Store, onRecord: () => void, late: TopUpRecord[]): Store {
  const finished = new Set<string>();
  return replacing(store, {
    async createTopUp(record) {
      const created = await store.createTopUp(record);
      onRecord();
      return created;
    },
    async saveTopUp(record) {
      const saved = await store.saveTopUp(record);
      if (saved === null) return null;
      if (finished.has(saved.id)) late.push(saved);
      if (isFinished(saved)) finished.add(saved.id);
      return saved;
    },
  });
}

let courses = 0;

/** Plays the scene on a profile of its own and checks the rules on what came of it. */
async function play(
  store: Store,
  scheduler: Scheduler,
  { words, minDialogs, autoTopUp, maxCallsPerDay, processes, pauses }: Scene,
  plantBug: (store: Store) => Store = (sound) => sound,
): Promise<void> {
  const profileId = `background-race-${++courses}`;
  await createCourse(store, { id: profileId, teaching: words, minDialogs });
  await store.updateProfile(profileId, { autoTopUp, maxCallsPerDay });

  const time = new TrueTime(scheduler);
  const generator = scriptedGenerator(undefined, {
    concurrency: 3,
    turn: () => scheduler.schedule(Promise.resolve(), 'generated'),
  });
  const log = memoryLog();
  const late: TopUpRecord[] = [];
  let react = () => {};
  const reacting = new Promise<void>((resolve) => {
    react = resolve;
  });
  const raced = plantBug(scheduled(observed(store, react, late), scheduler, time));
  let ids = 0;
  const pools = processes.map(({ wall }, i) =>
    createPool({
      ...choices,
      store: raced,
      generator,
      prompts: soleVersion(generator),
      clock: time.clock(wall, i * 1_000_000),
      log,
      events: inProcessEvents(memoryLog()),
      prices: null,
      random: seededRandom(i),
      newId: () => `${profileId}-id-${++ids}`,
    }),
  );

  /** The current top-up, once there is one; null if all that others do is done before. */
  async function currentTopUp(): Promise<TopUpRecord | null> {
    await reacting;
    const [current] = await raced.currentTopUps([profileId]);
    return current ?? null;
  }

  const claimed: Dialog[] = [];
  const ensured: Awaited<ReturnType<Pool['ensureDialogs']>>[] = [];
  async function act(pool: Pool, action: Action): Promise<void> {
    await scheduler.schedule(Promise.resolve(), action.do);
    switch (action.do) {
      case 'ensure':
        ensured.push(await pool.ensureDialogs(profileId, action.min));
        break;
      case 'start':
        await pool.startTopUp(profileId, action.min);
        break;
      case 'claim':
        claimed.push(...(await pool.claimDialogs(profileId, { count: action.count })));
        break;
      case 'wait':
        claimed.push(...(await pool.claimDialogs(profileId, { count: 1, whenEmpty: 'WAIT' })));
        break;
      case 'cancel': {
        const current = await currentTopUp();
        if (current) await pool.cancelTopUp(profileId, current.id);
        break;
      }
      case 'look': {
        const current = await currentTopUp();
        if (current) pool.watchForLoss(current);
      }
    }
  }
  const begin = (isSo: (action: Action) => boolean) =>
    pools.flatMap((pool, i) => processes[i]?.actions.filter(isSo).map((action) => act(pool, action)) ?? []);
  const reacts = (action: Action) => action.do === 'cancel' || action.do === 'look';
  const others = Promise.all(begin((action) => !reacts(action)));
  void others.finally(react).catch(() => undefined);
  const all = Promise.all([others, ...begin(reacts), ...pauses.map((ms) => time.pass(ms))]);
  // It would never settle if anybody waited for ever.
  await scheduler.waitFor(all);
  await scheduler.waitFor(Promise.all(pools.map((pool) => pool.finish(Number.POSITIVE_INFINITY))));

  const actions = processes.flatMap((process) => process.actions);
  const does = (...names: readonly Action['do'][]) => actions.some((action) => names.includes(action.do));
  const { nodes: unused } = await store.dialogPage(profileId, false, { first: 100, after: null });
  const { nodes: used } = await store.dialogPage(profileId, true, { first: 100, after: null });
  // Rule 9: every dialog is handed to one caller, and no other dialog is used.
  expect(new Set(claimed.map(({ id }) => id)).size).toBe(claimed.length);
  expect(used).toHaveLength(claimed.length);
  // Rule 1: no word has two unused dialogs.
  expect(new Set(unused.map((dialog) => dialog.wordId)).size).toBe(unused.length);
  // Rule 3: together they paid for what one caller would have made, with what was claimed in between on top.
  const wanted = actions.map((action) => {
    if (action.do === 'wait') return Math.max(1, minDialogs);
    if (action.do === 'claim') return autoTopUp ? minDialogs : 0;
    return 'min' in action ? action.min : 0;
  });
  const most = Math.min(words, Math.max(...wanted));
  const created = unused.length + used.length;
  expect(created).toBeLessThanOrEqual(most + claimed.length);
  const losses = log.lines.filter((line) => line.includes('a lease was')).length;
  expect(generator.asked.length).toBeLessThanOrEqual(created + losses * generator.concurrency);
  if (maxCallsPerDay !== null) expect(generator.asked.length).toBeLessThanOrEqual(maxCallsPerDay);
  // Rule 2, also for a caller whose top-up somebody cancelled.
  for (const { outcome, unusedTotal, min } of ensured) {
    expect(outcome === 'SATISFIED').toBe(unusedTotal >= min);
    expect(outcome).not.toBe('GENERATOR_UNAVAILABLE');
    if (maxCallsPerDay !== null) continue;
    expect(outcome).not.toBe('BUDGET_EXHAUSTED');
    if (!does('claim', 'wait')) expect(unusedTotal).toBeGreaterThanOrEqual(Math.min(min, words));
  }
  // What was started and not cancelled is done, and a claim has its pool topped up again.
  if (!does('cancel') && maxCallsPerDay === null) {
    const isRefilled = autoTopUp && (claimed.length > 0 || does('claim'));
    const left = does('claim', 'wait') ? (isRefilled ? minDialogs : 0) : most;
    expect(unused.length).toBeGreaterThanOrEqual(Math.min(left, words));
  }
  // Every record is finished, is not written afterwards, and no dialog is in two of them.
  expect(late).toEqual([]);
  const { nodes: records } = await store.topUpPage(profileId, { first: 20, after: null });
  for (const record of records) {
    expect(isFinished(record)).toBe(true);
    if (record.state === 'cancelled') expect(record.cancelRequested).toBe(true);
  }
  const recordedIds = records.flatMap(({ createdIds }) => createdIds);
  expect(new Set(recordedIds).size).toBe(recordedIds.length);
  const stored = new Set([...unused, ...used].map(({ id }) => id));
  expect(recordedIds.filter((id) => !stored.has(id))).toEqual([]);
}

function raceProperty(store: Store, scenes: fc.Arbitrary<Scene>, plantBug?: (store: Store) => Store) {
  return fc.asyncProperty(fc.scheduler(), scenes, (scheduler, drawn) =>
    play(store, scheduler, drawn, plantBug),
  );
}

test.each(STORES)(
  'the rules hold while callers start, cancel, claim, wait and ensure at the same time, on $name',
  async ({ open, share }) => {
    const numRuns = Math.ceil(runs({ usual: 25, deep: 1000 }) * share);
    await fc.assert(raceProperty(await open(), scene), { numRuns, seed: 5 });
  },
);

/** Plays scenes until a rule is broken. */
async function expectCaught(scenes: fc.Arbitrary<Scene>, plantBug?: (store: Store) => Store): Promise<void> {
  const store = await tempSqliteStore();
  const run = await fc.check(raceProperty(store, scenes, plantBug), {
    numRuns: 500,
    seed: 5,
    endOnFailure: true,
  });
  expect(run.failed).toBe(true);
}

test('the race property catches a cancellation that stops the work of others', async () => {
  const spy = vi.spyOn(Callers.prototype, 'withdraw').mockImplementation(function (this: Callers) {
    this.ended({ unusedTotal: 0, outcome: 'GENERATOR_UNAVAILABLE' });
  });
  onTestFinished(() => spy.mockRestore());
  await expectCaught(background);
});

test('the race property catches top-ups, claims among them, that take no lease', () =>
  expectCaught(scene, (sound) =>
    replacing(sound, {
      takeLease: async (key, owner) => ({ key, owner, version: '' }),
      renewLease: async (lease) => lease,
      releaseLease: async () => undefined,
      createDialog: (dialog) => sound.createDialog(dialog),
    }),
  ));

test('the race property catches a record that is written after it was declared lost', () =>
  expectCaught(background, (sound) =>
    replacing(sound, {
      async saveTopUp(record) {
        const [present] = await sound.topUpRecords([{ profileId: record.profileId, topUpId: record.id }]);
        return present ? sound.saveTopUp({ ...record, version: present.version }) : null;
      },
    }),
  ));

test('the race property catches a budget that is looked at first and written afterwards', () =>
  expectCaught(frugal, (sound) =>
    replacing(sound, {
      async reserveCalls(profileId, day, count, limit) {
        const [before = 0] = await sound.callsOn([{ profileId, day }]);
        return limit !== null && before + count > limit ? 0 : sound.reserveCalls(profileId, day, count, null);
      },
    }),
  ));
