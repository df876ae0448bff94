import { seededRandom } from '../../support/random.ts';
import { practise } from './learners/practice.ts';
import { population, type Simulated } from './population.ts';
import { corrected, defaults, type Predictor, refitted } from './predictors.ts';
import { startRefit } from './refit.ts';
import { intervalText, mean, type Row, signed } from './row.ts';
import { binError, logLoss, type Scored } from './scores.ts';

const COURSE = { words: 120, daily: 14, days: 72 } as const;
/** The parameters are fitted by so many processes at once. */
const PROCESSES = 2;

const PREDICTORS = ['defaults', 'correction', 're-fit'] as const;
type Name = (typeof PREDICTORS)[number];

interface Result {
  readonly kind: string;
  readonly scored: Readonly<Record<Name, readonly Scored[]>>;
}

/** Predictions of recall by FSRS's defaults, by the learner's correction, and by a periodic re-fit of FSRS. */
export async function predictionRows(): Promise<Row[]> {
  const queue = population();
  const results: Result[] = [];
  await Promise.all(
    Array.from({ length: PROCESSES }, async () => {
      const refit = startRefit();
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        results.push(await resultOf(next, refitted(refit)));
      }
      await refit.stop();
    }),
  );
  return [...lossRows(results), ...windowRows(results)];
}

async function resultOf({ kind, seed, learner }: Simulated, refit: Predictor): Promise<Result> {
  const reviews = practise(learner, COURSE, seededRandom(seed + 500));
  const predictors: Record<Name, Predictor> = {
    defaults: defaults(),
    correction: corrected(),
    're-fit': refit,
  };
  const scored: Record<Name, Scored[]> = { defaults: [], correction: [], 're-fit': [] };
  for (const [number, review] of reviews.entries()) {
    for (const name of PREDICTORS) {
      const predicted = predictors[name].predict(review);
      if (predicted !== null) scored[name].push({ review, number, predicted });
      await predictors[name].learn(review);
    }
  }
  return { kind, scored };
}

function lossRows(results: readonly Result[]): Row[] {
  const gains = results.map(({ scored }) => logLoss(scored.correction) - logLoss(scored.defaults));
  const overall = (name: Name) => mean(results.map(({ scored }) => logLoss(scored[name]))).toFixed(4);
  const bins = (name: Name) => mean(results.map(({ scored }) => binError(scored[name]))).toFixed(4);
  return [
    {
      what: `log loss of the correction minus that of FSRS's defaults, ${results.length} learners`,
      measured: measuredText(gains, results),
      goal: '≤ -0.006',
    },
    { what: 'the same, the worst learner', measured: signed(Math.max(...gains), 4), goal: '≤ +0.005' },
    {
      what: 'log loss: correction, defaults, re-fit',
      measured: `${overall('correction')}, ${overall('defaults')}, ${overall('re-fit')}`,
      goal: '-',
    },
    {
      what: 'RMSE(bins): correction, defaults, re-fit',
      measured: `${bins('correction')}, ${bins('defaults')}, ${bins('re-fit')}`,
      goal: '-',
    },
  ];
}

/** The correction against the re-fit while few reviews are known, and later. */
function windowRows(results: readonly Result[]): Row[] {
  return (
    [
      [50, 200],
      [200, 1_000],
    ] as const
  ).map(([from, to]) => {
    const within = (scored: readonly Scored[]) =>
      scored.filter(({ number }) => number >= from && number < to);
    const differences = results.map(
      ({ scored }) => logLoss(within(scored.correction)) - logLoss(within(scored['re-fit'])),
    );
    return {
      what: `log loss of the correction minus that of a re-fit, reviews ${from} to ${to} (95 % interval)`,
      measured: measuredText(differences, results),
      goal: 'interval below 0',
    };
  });
}

/** The mean with its interval, and the mean of each kind of learners. */
function measuredText(values: readonly number[], results: readonly Result[]): string {
  const kinds = [...new Set(results.map(({ kind }) => kind))];
  const groups = kinds.map((kind) => values.filter((_, i) => results[i]?.kind === kind));
  const byKind = kinds.map((kind, i) => `${kind} ${signed(mean(groups[i] ?? []), 4)}`);
  return `${intervalText(groups)}; ${byKind.join(', ')}`;
}
