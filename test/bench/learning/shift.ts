import { seededRandom } from '../../support/random.ts';
import { practise } from './learners/practice.ts';
import { roughLearner } from './learners/rough-learner.ts';
import { corrected, defaults, type Predictor, refitted } from './predictors.ts';
import { startRefit } from './refit.ts';
import { mean, type Row } from './row.ts';
import { logLoss, type Scored } from './scores.ts';

const LEARNERS = 20;
const COURSE = { words: 150, daily: 20, days: 110 } as const;
/** For 40 days a word that is usually recalled nine times of ten is recalled half of the time. */
const SHIFT = { from: 60, to: 100, logOdds: -2.2 } as const;
const WINDOW = 5;

/** Learners who change for 40 days and change back. */
export async function shiftRows(): Promise<Row[]> {
  const refit = startRefit();
  const first: number[][] = [];
  const back: number[][] = [];
  for (let seed = 0; seed < LEARNERS; seed += 1) {
    const isShifted = (day: number) => day >= SHIFT.from && day < SHIFT.to;
    const learner = roughLearner(seededRandom(seed), (day) => (isShifted(day) ? SHIFT.logOdds : 0));
    const reviews = practise(learner, COURSE, seededRandom(seed + 500));
    const predictors: Predictor[] = [corrected(), defaults(), refitted(refit)];
    const scored: Scored[][] = predictors.map(() => []);
    for (const [number, review] of reviews.entries()) {
      for (const [i, predictor] of predictors.entries()) {
        const predicted = predictor.predict(review);
        if (predicted !== null) scored[i]?.push({ review, number, predicted });
        await predictor.learn(review);
      }
    }
    const losses = (from: number) =>
      scored.map((all) => logLoss(all.filter(({ review: { day } }) => day >= from && day < from + WINDOW)));
    first.push(losses(SHIFT.from));
    back.push(losses(SHIFT.to));
  }
  await refit.stop();
  return [
    {
      what: `log loss in the first ${WINDOW} days of a shift (defaults, re-fit)`,
      measured: text(first),
      goal: '≤ 0.75',
    },
    {
      what: `log loss in the first ${WINDOW} days back (defaults, re-fit)`,
      measured: text(back),
      goal: '≤ 0.62',
    },
  ];
}

function text(losses: readonly (readonly number[])[]): string {
  const [own, byDefaults, byRefit] = [0, 1, 2].map((i) =>
    mean(losses.map((loss) => loss[i] ?? 0)).toFixed(3),
  );
  return `${own} (${byDefaults}, ${byRefit})`;
}
