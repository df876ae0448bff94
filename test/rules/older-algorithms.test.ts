import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inProcessEvents } from '../../src/adapters/system/in-process-events.ts';
import { systemClock } from '../../src/adapters/system/system-clock.ts';
import { createPool } from '../../src/pool/pool.ts';
import type { Random } from '../../src/ports/clock.ts';
import type { Store } from '../../src/ports/store.ts';
import { countAgain } from '../older/count-again.ts';
import { type OlderAlgorithm, OlderPool, owed } from '../older/older-pool.ts';
import { slicedPass } from '../older/sliced-pass.ts';
import { tryAll } from '../older/try-all.ts';
import { choices } from '../support/choices.ts';
import { type CourseState, fillCourse } from '../support/filled-course.ts';
import { memoryLog } from '../support/memory-log.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { soleVersion } from '../support/sole-version.ts';
import { tempSqliteStore } from '../support/test-app.ts';

/** A pool, and what is asked of it. */
interface Scene {
  readonly state: CourseState;
  readonly min: number;
  /** Chance, which decides in which order words are tried: always 0 after the last. */
  readonly chances: readonly number[];
}

const words = fc.array(fc.boolean(), { maxLength: 12 });
const scene: fc.Arbitrary<Scene> = fc
  .record({
    state: fc.record({ teaching: words, pending: words, learned: words }),
    missing: fc.integer({ min: 0, max: 12 }),
    chances: fc.array(fc.constantFrom(0, 0.2, 0.4, 0.6, 0.8), { maxLength: 12 }),
  })
  .map(({ state, missing, chances }) => ({ state, min: owed(state, 0).before + missing, chances }));

function drawnFrom(chances: readonly number[]): Random {
  const next = chances.values();
  return () => next.next().value ?? 0;
}

/** What a top-up left behind. */
interface TopUpResult {
  readonly unusedTotal: number;
  readonly calls: number;
  readonly reported: number;
}

function topUpAsOnce(algorithm: OlderAlgorithm, { state, min, chances }: Scene): TopUpResult {
  const pool = new OlderPool(state, drawnFrom(chances));
  const reported = algorithm(pool, min).length;
  return { unusedTotal: pool.unusedTotal(), calls: pool.paidCalls, reported };
}

let profiles = 0;

async function topUpAsNow(store: Store, { state, min, chances }: Scene): Promise<TopUpResult> {
  const id = await fillCourse(store, `pool-${++profiles}`, state);

  const generator = scriptedGenerator();
  const random = drawnFrom(chances);
  const tools = {
    store,
    generator,
    prompts: soleVersion(generator),
    clock: systemClock,
    log: memoryLog(),
    events: inProcessEvents(memoryLog()),
    prices: null,
  };
  const pool = createPool({ ...choices, ...tools, newId: randomUUID, random });
  const { created } = await pool.ensureDialogs(id, min);
  const unusedTotal = await store.unusedTotal(id);
  return { unusedTotal, calls: generator.asked.length, reported: created.length };
}

/** The smallest scene that fast-check finds in which the algorithm does not do what it should. */
function smallestScene(
  algorithm: OlderAlgorithm,
  isRight: (result: TopUpResult, scene: Scene) => boolean,
): Scene {
  const found = fc.check(
    fc.property(scene, (drawn) => isRight(topUpAsOnce(algorithm, drawn), drawn)),
    { numRuns: 2000, seed: 21 },
  );
  expect(found.failed).toBe(true);
  const [smallest] = found.counterexample ?? [];
  if (smallest === undefined) throw new Error('no counterexample');
  return smallest;
}

const reachesWhatItCan = ({ unusedTotal }: TopUpResult, { state, min }: Scene) =>
  unusedTotal >= owed(state, min).unusedTotal;
const paysForWhatIsMissing = ({ calls }: TopUpResult, { state, min }: Scene) =>
  calls <= owed(state, min).calls;
const reportsWhatItPaidFor = ({ calls, reported }: TopUpResult) => reported === calls;

/** Ours does at a scene exactly what is owed, and says so. */
async function expectOursIsRight(store: Store, drawn: Scene): Promise<void> {
  const { unusedTotal, calls } = owed(drawn.state, drawn.min);
  expect(await topUpAsNow(store, drawn)).toEqual({ unusedTotal, calls, reported: calls });
}

describe.each([
  ['the sliced pass', slicedPass],
  ['counting again', countAgain],
])('%s', (_, algorithm) => {
  test('falls short: it cuts the pending words off before it looks which of them need a dialog', async () => {
    const smallest = smallestScene(algorithm, reachesWhatItCan);
    // One dialog missing: the word that it looks at has its dialog, and the one behind is never looked at.
    expect(smallest).toMatchObject({ state: { teaching: [], pending: [true, false], learned: [] }, min: 2 });
    expect(topUpAsOnce(algorithm, smallest)).toEqual({ unusedTotal: 1, calls: 0, reported: 0 });
    await expectOursIsRight(await tempSqliteStore(), smallest);
  });

  test('pays for every teaching word, however few dialogs are missing', async () => {
    const smallest = smallestScene(algorithm, paysForWhatIsMissing);
    // Two teaching words and one dialog missing.
    expect(smallest).toMatchObject({ state: { teaching: [false, false], pending: [], learned: [] }, min: 1 });
    expect(topUpAsOnce(algorithm, smallest)).toEqual({ unusedTotal: 2, calls: 2, reported: 2 });
    await expectOursIsRight(await tempSqliteStore(), smallest);
  });
});

describe('trying all words', () => {
  test('reaches what it can', () => {
    fc.assert(
      fc.property(scene, (drawn) => reachesWhatItCan(topUpAsOnce(tryAll, drawn), drawn)),
      { numRuns: 2000, seed: 21 },
    );
  });

  test('pays for every word that has no dialog, and tells the caller only of those that were missing', async () => {
    const smallest = smallestScene(tryAll, reportsWhatItPaidFor);
    // Two words and one dialog missing.
    expect(smallest.min).toBe(1);
    expect([...smallest.state.teaching, ...smallest.state.pending]).toEqual([false, false]);
    expect(topUpAsOnce(tryAll, smallest)).toEqual({ unusedTotal: 2, calls: 2, reported: 1 });
    await expectOursIsRight(await tempSqliteStore(), smallest);
  });
});

test('at random pools ours reaches what it can, pays for what is missing and reports what it paid for', async () => {
  const store = await tempSqliteStore();
  await fc.assert(
    fc.asyncProperty(scene, (drawn) => expectOursIsRight(store, drawn)),
    { numRuns: 60, seed: 21 },
  );
});
