import { countAgain } from '../../older/count-again.ts';
import { type OlderAlgorithm, OlderPool } from '../../older/older-pool.ts';
import { slicedPass } from '../../older/sliced-pass.ts';
import { tryAll } from '../../older/try-all.ts';
import { type CourseState, fillCourse } from '../../support/filled-course.ts';
import { seededRandom } from '../../support/random.ts';
import { scriptedGenerator } from '../../support/scripted-generator.ts';
import { traced } from '../../support/traced-store.ts';
import { benchPool, onBenchStore } from '../bench-store.ts';
import { spreadOf } from '../spread.ts';
import type { Report } from '../table.ts';

export const name = 'older-algorithms';

const MIN = 12;
const SIZES = [30, 500, 5_000];
const OLDER_RUNS = 200;
/** Fewer runs, since they use a real store, and the result is the same each time. */
const OUR_RUNS = 5;

/** `count` words of which the first `unused` have an unused dialog. */
const words = (count: number, unused: number) => Array.from({ length: count }, (_, i) => i < unused);

const POOLS: readonly [string, (size: number) => CourseState][] = [
  ['few teaching', (size) => ({ teaching: words(5, 5), pending: words(size - 5, 3), learned: [] })],
  ['half teaching', (size) => ({ teaching: words(size / 2, 4), pending: words(size / 2, 4), learned: [] })],
];

const OLDER: readonly [string, OlderAlgorithm][] = [
  ['sliced pass', slicedPass],
  ['count again', countAgain],
  ['try all, then cut', tryAll],
];

/** The result of one top-up. */
interface Result {
  readonly reached: number;
  readonly paid: number;
  readonly reported: number;
  readonly storeCalls: number;
}

/** Runs the three older algorithms and the present one on the same pools. */
export async function run(): Promise<Report> {
  const rows = [];
  for (const [pool, stateOf] of POOLS) {
    for (const size of SIZES) {
      const state = stateOf(size);
      for (const [algorithm, topUp] of OLDER) {
        const results = Array.from({ length: OLDER_RUNS }, (_, seed) => older(topUp, state, seed));
        rows.push([pool, size, algorithm, ...figures(results)]);
      }
      rows.push([pool, size, 'ours', ...figures(await ours(state))]);
    }
  }
  return {
    title: `Older algorithms and ours: 8 unused dialogs, ${MIN} wanted, so 4 to pay for`,
    columns: ['pool', 'words', 'algorithm', 'reached', 'paid calls', 'reported to the caller', 'store calls'],
    rows,
    notes: [
      `Least to most of ${OLDER_RUNS} runs (ours ${OUR_RUNS}, on the embedded store). Store calls are reads and writes.`,
      '"few teaching": 5 words are being taught and have their dialogs, 3 of the others have one. "half teaching": half of the words are being taught, of which 4 have a dialog, and so have 4 of the others.',
    ],
  };
}

function older(topUp: OlderAlgorithm, state: CourseState, seed: number): Result {
  const pool = new OlderPool(state, seededRandom(seed));
  const reported = topUp(pool, MIN).length;
  const { storeCalls, paidCalls: paid } = pool;
  return { reached: pool.unusedTotal(), paid, reported, storeCalls };
}

async function ours(state: CourseState): Promise<Result[]> {
  return onBenchStore(async (bare) => {
    const results: Result[] = [];
    for (let i = 0; i < OUR_RUNS; i += 1) {
      const id = await fillCourse(bare, `pool-${i}`, state);
      const { store, calls } = traced(bare);
      const generator = scriptedGenerator();
      const { created } = await benchPool(store, generator).ensureDialogs(id, MIN);
      const storeCalls = calls.length;
      const reached = await bare.unusedTotal(id);
      results.push({ reached, paid: generator.asked.length, reported: created.length, storeCalls });
    }
    return results;
  });
}

function figures(results: readonly Result[]): string[] {
  return (['reached', 'paid', 'reported', 'storeCalls'] as const).map((figure) => {
    const { min, max } = spreadOf(results.map((result) => result[figure]));
    return min === max ? `${min}` : `${min} to ${max}`;
  });
}
