import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline';
import fc, { type Scheduler } from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { openCosmosStore } from '../../src/adapters/cosmos/cosmos-store.ts';
import { inProcessEvents } from '../../src/adapters/system/in-process-events.ts';
import { systemClock } from '../../src/adapters/system/system-clock.ts';
import { createPool } from '../../src/pool/pool.ts';
import type { Store } from '../../src/ports/store.ts';
import { idsOf, storedPool } from '../contract/samples.ts';
import { openedCosmosStore, storeOptions } from '../cosmos/opened-cosmos-store.ts';
import { startEmulator } from '../emulators/cosmos-emulator.ts';
import { choices } from '../support/choices.ts';
import { memoryLog } from '../support/memory-log.ts';
import { seededRandom } from '../support/random.ts';
import { runs } from '../support/runs.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { soleVersion } from '../support/sole-version.ts';
import { tempSqliteStore } from '../support/test-app.ts';

/** Processes that share their data. What each of them sends waits at the gate. */
interface Processes {
  readonly stores: readonly Store[];
  /** Reaches the same data past the gate. */
  readonly direct: Store;
  readonly gate: { pass: (what: string) => Promise<unknown> };
}

const OPEN = (_what: string): Promise<unknown> => Promise.resolve();

/** Every call of the store waits at the gate, and so does its answer. */
async function sqliteProcesses(plantBug: (store: Store) => Store = (sound) => sound): Promise<Processes> {
  const gate = { pass: OPEN };
  const direct = await tempSqliteStore();
  const gated = new Proxy(direct, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return async (...args: unknown[]) => {
        await gate.pass(String(name));
        const result: unknown = await Reflect.apply(method, target, args);
        await gate.pass(`${String(name)} answered`);
        return result;
      };
    },
  });
  return { stores: Array(4).fill(plantBug(gated)), direct, gate };
}

/** Every request waits at the gate, and so does its answer: a claim is several of them. */
async function cosmosProcesses(): Promise<Processes> {
  const emulator = await startEmulator();
  onTestFinished(() => emulator.stop());
  const direct = await openedCosmosStore(emulator);
  onTestFinished(() => direct.dispose());
  const gate = { pass: OPEN };
  const wire = createDefaultHttpClient();
  const httpClient: HttpClient = {
    async sendRequest(request) {
      await gate.pass(request.method);
      const response = await wire.sendRequest(request);
      await gate.pass(`${request.method} answered`);
      return response;
    },
  };
  const limits = { attempt: 60_000, request: 60_000 };
  const open = async () => {
    const store = await openCosmosStore(
      storeOptions(emulator.url, { database: direct.name, httpClient, limits }),
    );
    onTestFinished(() => store.close());
    return store;
  };
  return { stores: await Promise.all([open(), open(), open(), open()]), direct: direct.store, gate };
}

interface Call {
  readonly process: number;
  readonly count: number;
  readonly key: string | undefined;
}

interface Scene {
  readonly total: number;
  readonly calls: readonly Call[];
}

const call: fc.Arbitrary<Call> = fc.record({
  process: fc.nat({ max: 3 }),
  count: fc.integer({ min: 1, max: 3 }),
  key: fc.constantFrom('one', 'one', 'two', undefined),
});
const scene: fc.Arbitrary<Scene> = fc.record({
  total: fc.integer({ min: 0, max: 6 }),
  calls: fc.array(call, { minLength: 2, maxLength: 6 }),
});

let profiles = 0;

async function play(
  { stores, direct, gate }: Processes,
  scheduler: Scheduler,
  { total, calls }: Scene,
): Promise<void> {
  const profileId = `claims-${++profiles}`;
  await storedPool(direct, profileId, total);
  let ids = 0;
  const generator = scriptedGenerator();
  const pools = stores.map((store) =>
    createPool({
      ...choices,
      store,
      generator,
      prompts: soleVersion(generator),
      clock: systemClock,
      log: memoryLog(),
      events: inProcessEvents(memoryLog()),
      prices: null,
      random: seededRandom(1),
      newId: () => `${profileId}-id-${++ids}`,
    }),
  );
  gate.pass = (what) => scheduler.schedule(Promise.resolve(), what);
  const claiming = calls.map(
    async ({ process, count, key }) =>
      (await pools[process]?.claimDialogs(profileId, { count, claimKey: key }))?.map((dialog) => dialog.id) ??
      [],
  );
  const results = await scheduler.waitFor(Promise.all(claiming));
  gate.pass = OPEN;

  // Rule 9: all calls with a key are one caller, and every call without one is a caller of its own.
  const callers = new Map<string, { given: readonly string[]; counts: number[] }>();
  for (const [index, given] of results.entries()) {
    const { key = `without a key ${index}`, count = 0 } = calls[index] ?? {};
    const before = callers.get(key);
    if (before) expect(given, key).toEqual(before.given);
    callers.set(key, { given, counts: [...(before?.counts ?? []), count] });
  }
  const handed = [...callers.values()].flatMap(({ given }) => given);
  expect(new Set(handed).size).toBe(handed.length);
  const { nodes: used } = await direct.dialogPage(profileId, true, { first: 100, after: null });
  expect(idsOf(used).sort()).toEqual(handed.sort());
  // A caller gets all it asked for while there are enough.
  for (const { given, counts } of callers.values()) {
    if (handed.length < total) expect(counts).toContain(given.length);
    else expect(given.length).toBeLessThanOrEqual(Math.max(...counts));
  }
  // A caller that repeats its key gets the same dialogs.
  for (const [key, { given }] of callers) {
    if (key.startsWith('without') || given.length === 0) continue;
    expect(
      idsOf(await direct.claimDialogs(profileId, 3, new Date(), `again ${profileId} ${key}`, key)),
    ).toEqual(given);
  }
}

function claimProperty(processes: Processes) {
  return fc.asyncProperty(fc.scheduler(), scene, async (scheduler, drawn) => {
    try {
      await play(processes, scheduler, drawn);
    } finally {
      processes.gate.pass = OPEN;
    }
  });
}

test('whatever the order of calls, each dialog goes to one caller or key on the embedded store', async () => {
  const processes = await sqliteProcesses();
  await fc.assert(claimProperty(processes), { numRuns: runs({ usual: 40, deep: 1000 }), seed: 5 });
});

test('whatever the order of requests, each dialog goes to one caller or key on Azure Cosmos DB', async () => {
  const processes = await cosmosProcesses();
  await fc.assert(claimProperty(processes), { numRuns: runs({ usual: 3, deep: 150 }), seed: 5 });
});

/** Stores that break the promise. */
const BUGS: Readonly<Record<string, (sound: Store) => Store>> = {
  'a claim that pays no heed to its key': (sound) =>
    replacingClaim(sound, (profileId, count, at, claim) => sound.claimDialogs(profileId, count, at, claim)),
  'a claim that looks first and marks afterwards': (sound) =>
    replacingClaim(sound, async (profileId, count, at) => {
      const { nodes } = await sound.dialogPage(profileId, false, { first: count, after: null });
      return Promise.all(nodes.map(({ id }) => sound.markDialogUsed(profileId, id, at)));
    }),
  'a key that is looked up outside of the transaction': (sound) => {
    const claims = new Map<string, Awaited<ReturnType<Store['claimDialogs']>>>();
    return replacingClaim(sound, async (profileId, count, at, claim, key) => {
      const name = `${profileId} ${key}`;
      const before = key === undefined ? undefined : claims.get(name);
      const given = before ?? (await sound.claimDialogs(profileId, count, at, claim));
      if (key !== undefined && given.length > 0) claims.set(name, given);
      return given;
    });
  },
};

function replacingClaim(sound: Store, claimDialogs: Store['claimDialogs']): Store {
  return new Proxy(sound, {
    get: (target, name) => (name === 'claimDialogs' ? claimDialogs : Reflect.get(target, name)),
  });
}

test.each(Object.entries(BUGS))('the property catches %s', async (_, plantBug) => {
  const processes = await sqliteProcesses(plantBug);
  const run = await fc.check(claimProperty(processes), { numRuns: 300, seed: 5 });
  expect(run.failed).toBe(true);
});
