import { nextTurn } from '../concurrency/fair-turns.ts';
import { MOST_FEATURES, type StyleBeliefs } from '../model/style-beliefs.ts';
import { choleskyFactor, solve } from './cholesky.ts';
import {
  learnerVariances,
  NO_BELIEFS,
  placeInTriangle,
  populationVariances,
  precisionFactor,
  withFeatures,
} from './linear-model.ts';

/** More profiles than this say little more. */
export const MOST_PROFILES = 200;

/**
 * What to believe of styles before a learner's first dialog, from what other profiles have taught: the mean of each
 * weight over all learners, and how far a new learner may be from it. `NO_BELIEFS` if there are no others. Only the
 * evidence of the others is used and not their priors, so what they took over from each other is not counted again. The
 * event loop is shared between two profiles.
 * @param others beliefs of other profiles; the first 200 are used, and of their features the first 48
 */
export async function populationPrior(others: readonly StyleBeliefs[]): Promise<StyleBeliefs> {
  if (others.length === 0) return NO_BELIEFS;
  const used = others.slice(0, MOST_PROFILES);
  const named = [...new Set(used.flatMap(({ features }) => features))].slice(0, MOST_FEATURES);
  const empty = withFeatures(NO_BELIEFS, named);
  const between = learnerVariances(empty);
  const precision = populationVariances(empty).map((variance, i) =>
    empty.features.slice(0, i + 1).map((_, j) => (i === j ? 1 / variance : 0)),
  );
  const pull = empty.priorMeans.map((mean, i) => mean * (precision[i]?.[i] ?? 0));
  for (const one of used) {
    const turn = nextTurn(used);
    if (turn) await turn;
    // A learner's weights are the population's plus a difference of variance `between`, which is integrated out.
    const aligned = alignedTo(empty, one);
    const factor = precisionFactor(aligned, between);
    const share = (vector: readonly number[]) => solve(factor, vector).map((x, i) => x / (between[i] ?? 1));
    const pulled = share(aligned.weighted);
    const units = empty.features.map((_, i) =>
      empty.features.map((_, j) => (i === j ? 1 / (between[i] ?? 1) : 0)),
    );
    const columns = units.map(share);
    // A foreign writer may have stored evidence that no rewards can lead to. It must not spoil that of the others.
    if (![pulled, ...columns].flat().every(Number.isFinite)) continue;
    for (const [i, x] of pulled.entries()) pull[i] = (pull[i] ?? 0) + x;
    for (const [i, row] of precision.entries()) {
      for (const j of row.keys()) row[j] = (row[j] ?? 0) + (units[i]?.[j] ?? 0) - (columns[i]?.[j] ?? 0);
    }
  }
  const factor = choleskyFactor(precision);
  const variances = empty.features.map((_, i) => {
    const unit = empty.features.map((_, j) => (i === j ? 1 : 0));
    return (solve(factor, unit)[i] ?? 0) + (between[i] ?? 0);
  });
  return { ...empty, priorMeans: solve(factor, pull), priorVariances: variances };
}

/** The evidence of one profile in the order of other features. A feature that it lacks has none. */
function alignedTo(order: StyleBeliefs, { features, precision, weighted }: StyleBeliefs): StyleBeliefs {
  const from = order.features.map((feature) => features.indexOf(feature));
  const entry = (i: number, j: number) => precision[placeInTriangle(Math.max(i, j), Math.min(i, j))] ?? 0;
  return {
    ...order,
    precision: from.flatMap((i, row) =>
      from.slice(0, row + 1).map((j) => (i < 0 || j < 0 ? 0 : entry(i, j))),
    ),
    weighted: from.map((i) => (i < 0 ? 0 : (weighted[i] ?? 0))),
  };
}
