import { styleFeatures } from '../model/style.ts';
import { MOST_FEATURES, MOST_STYLES, type StyleBelief, type StyleBeliefs } from '../model/style-beliefs.ts';
import { within } from './bounds.ts';
import { solveLower, solveUpper } from './cholesky.ts';
import { NOISE_VARIANCE, placeInTriangle, places, posterior, withFeatures } from './linear-model.ts';
import { normal } from './normal.ts';
import { REWARD } from './reward.ts';

/**
 * Thompson sampling explores with a share of the belief's spread, which rises with the number of dialogs. With all of it,
 * new learners would pay for what is found out. With 0.3 for ever, a learner with an unusual taste may never find it.
 */
const SPREAD = { first: 0.3, firstDialogs: 20, last: 0.4, lastDialogs: 200 } as const;
/** The share of the evidence that is kept at each reward, so that old tastes fade. */
const KEPT = 0.998;

/**
 * Chooses a style by linear Thompson sampling: weights are drawn from the belief, with a part of its spread (0.3
 * in the first 20 dialogs, 0.4 from the 200th on), and the style with the highest expected reward under them is taken.
 * @param options styles as `styleText` writes them
 */
export function chooseStyle(
  beliefs: StyleBeliefs,
  options: readonly [string, ...string[]],
  random: () => number,
): string {
  const known = withFeatures(beliefs, options.flatMap(styleFeatures));
  const { mean, factor } = posterior(known);
  const noise = solveUpper(
    factor,
    Array.from(mean, () => normal(random)),
  );
  const spread = spreadAfter(beliefs);
  const weights = mean.map((weight, i) => weight + spread * (noise[i] ?? 0));
  let [best, bestReward] = [options[0], Number.NEGATIVE_INFINITY];
  for (const style of options) {
    const expected = places(known, style).reduce((sum, i) => sum + (weights[i] ?? 0), 0);
    if (expected > bestReward) [best, bestReward] = [style, expected];
  }
  return best;
}

/**
 * What is believed after a dialog in this style was rewarded. The same beliefs if the text is no style, or if it would
 * bring in more than 48 features or 300 styles.
 * @param reward 0 to 1
 */
export function rewarded(beliefs: StyleBeliefs, style: string, reward: number): StyleBeliefs {
  const named = styleFeatures(style);
  const known = withFeatures(beliefs, named);
  const isNew = !Object.hasOwn(known.dialogs, style);
  if (named.length === 0 || known.features.length > MOST_FEATURES) return beliefs;
  if (isNew && Object.keys(known.dialogs).length >= MOST_STYLES) return beliefs;
  const used = new Set(places(known, style));
  const precision = known.features.flatMap((_, i) =>
    known.features.slice(0, i + 1).map((_, j) => {
      const added = used.has(i) && used.has(j) ? 1 / NOISE_VARIANCE : 0;
      return KEPT * (known.precision[placeInTriangle(i, j)] ?? 0) + added;
    }),
  );
  const pull = within(reward, REWARD) / NOISE_VARIANCE;
  const weighted = known.weighted.map((sum, i) => KEPT * sum + (used.has(i) ? pull : 0));
  const dialogs = { ...known.dialogs, [style]: (known.dialogs[style] ?? 0) + 1 };
  return { ...known, precision, weighted, dialogs };
}

/** What is believed of the styles that have had a rewarded dialog, best first. */
export function beliefsOf(beliefs: StyleBeliefs): StyleBelief[] {
  const { mean, factor } = posterior(beliefs);
  const believed = Object.entries(beliefs.dialogs).map(([style, dialogs]) => {
    const used = places(beliefs, style);
    const expected = used.reduce((sum, i) => sum + (mean[i] ?? 0), 0);
    const row = mean.map((_, i) => (used.includes(i) ? 1 : 0));
    const deviation = Math.hypot(...solveLower(factor, row));
    return { style, mean: within(expected, REWARD), deviation, dialogs };
  });
  // A foreign writer may have stored evidence that no rewards can lead to.
  const known = believed.filter(({ mean, deviation }) => Number.isFinite(mean) && Number.isFinite(deviation));
  return known.sort((a, b) => b.mean - a.mean);
}

function spreadAfter({ dialogs }: StyleBeliefs): number {
  const { first, firstDialogs, last, lastDialogs } = SPREAD;
  const count = Object.values(dialogs).reduce((sum, one) => sum + one, 0);
  const progress = within((count - firstDialogs) / (lastDialogs - firstDialogs), { min: 0, max: 1 });
  return first + (last - first) * progress;
}
