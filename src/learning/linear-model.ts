import { styleFeatures } from '../model/style.ts';
import type { StyleBeliefs } from '../model/style-beliefs.ts';
import { choleskyFactor, solve, type Triangle } from './cholesky.ts';

/** How much the rewards of one learner's dialogs in one style vary. */
export const NOISE_VARIANCE = 0.2 ** 2;
/** What is expected of a weight. Its mean over all learners has one variance, and learners differ from it by another. */
const BASE = { name: 'base', mean: 0.6, population: 0.15 ** 2, learner: 0.15 ** 2 } as const;
const FEATURE = { mean: 0, population: 0.1 ** 2, learner: 0.1 ** 2 } as const;

/** What is believed before the first dialog of the first learner: all styles are alike. */
export const NO_BELIEFS: StyleBeliefs = {
  features: [BASE.name],
  priorMeans: [BASE.mean],
  priorVariances: [BASE.population + BASE.learner],
  precision: [0],
  weighted: [0],
  dialogs: {},
};

/** The beliefs with features added that they lack. Nothing is known of those. */
export function withFeatures(beliefs: StyleBeliefs, features: readonly string[]): StyleBeliefs {
  const missing = [...new Set(features)].filter((feature) => !beliefs.features.includes(feature));
  if (missing.length === 0) return beliefs;
  const rows = missing.flatMap((_, i) => new Array<number>(beliefs.features.length + i + 1).fill(0));
  return {
    ...beliefs,
    features: [...beliefs.features, ...missing],
    priorMeans: [...beliefs.priorMeans, ...missing.map(() => FEATURE.mean)],
    priorVariances: [...beliefs.priorVariances, ...missing.map(() => FEATURE.population + FEATURE.learner)],
    precision: [...beliefs.precision, ...rows],
    weighted: [...beliefs.weighted, ...missing.map(() => 0)],
  };
}

/** The beliefs that these began with: the same prior without any evidence. */
export function priorOf(beliefs: StyleBeliefs): StyleBeliefs {
  const { precision, weighted } = beliefs;
  return { ...beliefs, precision: precision.map(() => 0), weighted: weighted.map(() => 0), dialogs: {} };
}

/** The variance of each weight between learners. */
export function learnerVariances({ features }: StyleBeliefs): number[] {
  return features.map((feature) => (feature === BASE.name ? BASE : FEATURE).learner);
}

/** The variance of each weight's mean over all learners, before any of them was seen. */
export function populationVariances({ features }: StyleBeliefs): number[] {
  return features.map((feature) => (feature === BASE.name ? BASE : FEATURE).population);
}

/** The places of the weights whose sum is the expected reward of a style. */
export function places({ features }: StyleBeliefs, style: string): number[] {
  return [BASE.name, ...styleFeatures(style)]
    .map((feature) => features.indexOf(feature))
    .filter((i) => i >= 0);
}

/** Where the entry of a row and a column, at most the row, stands in a triangle that is kept row by row. */
export function placeInTriangle(row: number, column: number): number {
  return (row * (row + 1)) / 2 + column;
}

/** The mean of the weights, and the Cholesky factor of their precision. */
export function posterior(beliefs: StyleBeliefs): { readonly mean: number[]; readonly factor: Triangle } {
  const { priorMeans, priorVariances, weighted } = beliefs;
  const factor = precisionFactor(beliefs, priorVariances);
  const right = weighted.map((sum, i) => sum + (priorMeans[i] ?? 0) / (priorVariances[i] ?? 1));
  return { mean: solve(factor, right), factor };
}

/** The Cholesky factor of the evidence's precision and that of independent variances together. */
export function precisionFactor(
  { features, precision }: StyleBeliefs,
  variances: readonly number[],
): Triangle {
  return choleskyFactor(
    features.map((_, i) =>
      features.slice(0, i + 1).map((_, j) => {
        const evidence = precision[placeInTriangle(i, j)] ?? 0;
        return i === j ? evidence + 1 / (variances[i] ?? 1) : evidence;
      }),
    ),
  );
}
