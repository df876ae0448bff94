import { dueDateRows } from '../learning/due-dates.ts';
import { predictionRows } from '../learning/prediction.ts';
import { promotionRows } from '../learning/promotion.ts';
import { shiftRows } from '../learning/shift.ts';
import { styleRows } from '../learning/style-policy.ts';
import { wordChoiceRows } from '../learning/word-choice.ts';
import type { Report } from '../table.ts';

export const name = 'learning';

/** What the application learns from simulated learners, of whom the truth is known. All chance is seeded. */
export async function run(): Promise<Report> {
  const rows = [
    ...(await predictionRows()),
    ...(await shiftRows()),
    ...dueDateRows(),
    ...wordChoiceRows(),
    ...(await styleRows()),
    ...promotionRows(),
  ];
  return {
    title: 'Learning from practice: simulated learners, and what the application learns of them',
    columns: ['what', 'measured', 'goal'],
    rows: rows.map(({ what, measured, goal }) => [what, measured, goal]),
    notes: [
      'Rough learners remember by the model of Pavlik and Anderson (2005), with guesses, slips and days of different form. Others remember exactly as FSRS-6 says, with its default parameters or with their own.',
      "The re-fit is that of FSRS's own optimizer, after 50, 100, 150, 200 and then every 100 reviews.",
    ],
  };
}
