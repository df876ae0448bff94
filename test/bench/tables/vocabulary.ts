import { templateGenerator } from '../../../src/adapters/template/generator.ts';
import { createCourse } from '../../support/course.ts';
import { benchPool, onBenchStore } from '../bench-store.ts';
import { type Spread, spreadOf, spreadText } from '../spread.ts';
import type { Report } from '../table.ts';

export const name = 'vocabulary';

const MIN = 12;
const ROUNDS = 80;
const WARM_UP = 10;
const SIZES = [100, 50_000] as const;
const GOAL = 1.2;

/** Measures whether a top-up takes longer if there are more words. */
export async function run(): Promise<Report> {
  const [few, many] = await onBenchStore(async (store) => {
    const pool = benchPool(store, templateGenerator());
    const times: [number[], number[]] = [[], []];
    for (const size of SIZES) {
      await createCourse(store, { id: `words-${size}`, teaching: size / 10, pending: size - size / 10 });
    }
    for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
      for (const [i, size] of SIZES.entries()) {
        const id = `words-${size}`;
        const began = performance.now();
        const { unusedTotal } = await pool.ensureDialogs(id, MIN);
        const ms = performance.now() - began;
        if (unusedTotal !== MIN) throw new Error(`${unusedTotal} dialogs after a top-up to ${MIN}`);
        if (round >= WARM_UP) times[i]?.push(ms);
        await pool.claimDialogs(id, { count: MIN });
      }
    }
    return [spreadOf(times[0]), spreadOf(times[1])] as const;
  });
  const row = (words: number, spread: Spread) => [
    words,
    spreadText(spread, 2),
    (spread.median / few.median).toFixed(2),
  ];
  return {
    title: `A top-up of ${MIN} dialogs on the embedded store, by the number of words`,
    columns: ['words', 'ms: median (least to most)', 'ratio'],
    rows: [row(SIZES[0], few), row(SIZES[1], many)],
    notes: [`${ROUNDS} top-ups each, by turns. Goal: a ratio of at most ${GOAL}.`],
  };
}
