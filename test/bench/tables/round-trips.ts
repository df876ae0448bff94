import { fillCourse } from '../../support/filled-course.ts';
import { scriptedGenerator } from '../../support/scripted-generator.ts';
import { aroundCreations, longestChain, traced } from '../../support/traced-store.ts';
import { benchPool, onBenchStore } from '../bench-store.ts';
import type { Report } from '../table.ts';

export const name = 'round-trips';

const MIN = 12;

/** How many words a pool has, and how many of them have an unused dialog. */
const POOLS: readonly [string, { size: number; unused: number }, goal: number][] = [
  ['full', { size: 100, unused: MIN }, 2],
  ['empty', { size: 100, unused: 0 }, 6],
  ['empty', { size: 50_000, unused: 0 }, 6],
  ['half full', { size: 100, unused: MIN / 2 }, 6],
  ['half full', { size: 50_000, unused: MIN / 2 }, 6],
];

/** Counts the sequential store calls of a top-up. */
export async function run(): Promise<Report> {
  const rows = await onBenchStore(async (bare) => {
    const measured = [];
    for (const [i, [pool, { size, unused }, goal]] of POOLS.entries()) {
      const pending = Array.from({ length: size }, (_, word) => word < unused);
      const id = await fillCourse(bare, `pool-${i}`, { teaching: [], pending, learned: [] });
      const { store, calls } = traced(bare);
      await benchPool(store, scriptedGenerator()).ensureDialogs(id, MIN);
      const { before, after } = aroundCreations(calls);
      measured.push([
        size,
        pool,
        longestChain(before),
        longestChain(after),
        longestChain([...before, ...after]),
        goal,
      ]);
    }
    return measured;
  });
  return {
    title: `Round trips to the store in a row, in a top-up to ${MIN} dialogs`,
    columns: ['words', 'pool', 'before the creations', 'after them', 'in a row', 'goal: at most'],
    rows,
    notes: ['Calls that are under way at the same time count as one.'],
  };
}
