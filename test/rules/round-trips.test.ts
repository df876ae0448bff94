import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { inProcessEvents } from '../../src/adapters/system/in-process-events.ts';
import { createPool } from '../../src/pool/pool.ts';
import { choices } from '../support/choices.ts';
import { frozenClock } from '../support/clocks.ts';
import { fillCourse } from '../support/filled-course.ts';
import { memoryLog } from '../support/memory-log.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { soleVersion } from '../support/sole-version.ts';
import { tempSqliteStore } from '../support/test-app.ts';
import { aroundCreations, longestChain, type StoreCall, traced } from '../support/traced-store.ts';

const MIN = 12;

/** The calls of the store in a top-up of a pool in which the given number of words have an unused dialog. */
async function callsOfTopUp(words: number, unused: number): Promise<StoreCall[]> {
  const bare = await tempSqliteStore();
  const pending = Array.from({ length: words }, (_, i) => i < unused);
  const id = await fillCourse(bare, 'course', { teaching: [], pending, learned: [] });
  const { store, calls } = traced(bare);
  const generator = scriptedGenerator();
  const pool = createPool({
    ...choices,
    store,
    generator,
    prompts: soleVersion(generator),
    // A top-up is recorded if it takes long, as it may on a slow machine.
    clock: frozenClock(),
    log: memoryLog(),
    events: inProcessEvents(memoryLog()),
    prices: null,
    newId: randomUUID,
    random: Math.random,
  });
  expect((await pool.ensureDialogs(id, MIN)).unusedTotal).toBe(Math.min(words, MIN));
  await pool.finish(10_000);
  return calls;
}

test('a full pool answers after two round trips to the store in a row at most', async () => {
  expect(longestChain(await callsOfTopUp(30, MIN))).toBeLessThanOrEqual(2);
});

test.each([
  [30, 0],
  [30, 6],
  [3_000, 0],
  [3_000, 6],
])(
  'a top-up from %i words, %i of them with a dialog, needs six in a row around its creations',
  async (words, unused) => {
    const { before, after } = aroundCreations(await callsOfTopUp(words, unused));
    expect(before.length).toBeGreaterThan(0);
    expect(after.length).toBeGreaterThan(0);
    expect(longestChain([...before, ...after])).toBeLessThanOrEqual(6);
  },
);

test.each([
  [5, 0],
  [5, 3],
  [5, 5],
  [0, 0],
])('so does one that tries all of %i words, %i of them with a dialog', async (words, unused) => {
  const { before, after } = aroundCreations(await callsOfTopUp(words, unused));
  expect(longestChain([...before, ...after])).toBeLessThanOrEqual(6);
});

test('calls count as one in a row while they overlap', () => {
  const call = (began: number, ended: number): StoreCall => ({ name: 'unusedTotal', began, ended });
  expect(longestChain([])).toBe(0);
  expect(longestChain([call(1, 3), call(2, 4)])).toBe(1);
  expect(longestChain([call(1, 3), call(2, 6), call(4, 5), call(7, 8)])).toBe(3);
});
