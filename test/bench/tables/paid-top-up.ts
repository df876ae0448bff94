import { timePaidTopUps } from '../paid-top-up.ts';
import { spreadText } from '../spread.ts';
import type { Report } from '../table.ts';

export const name = 'paid-top-up';

const ROUNDS = 10;
const GOAL = 1.25;

/** Measures how much time a top-up adds to the calls of the model. */
export async function run(): Promise<Report> {
  const { idealMs, minMs, medianMs, maxMs } = await timePaidTopUps(ROUNDS);
  return {
    title: 'A top-up of 12 dialogs by a model that takes 200 ms for each, 4 calls at once',
    columns: ['must take, ms', 'takes, ms: median (least to most)', 'ratio'],
    rows: [
      [idealMs, spreadText({ min: minMs, median: medianMs, max: maxMs }), (medianMs / idealMs).toFixed(2)],
    ],
    notes: [`${ROUNDS} top-ups over HTTP. Goal: a ratio of at most ${GOAL}.`],
  };
}
