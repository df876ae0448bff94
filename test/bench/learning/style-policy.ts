import { NO_BELIEFS } from '../../../src/learning/linear-model.ts';
import { normal } from '../../../src/learning/normal.ts';
import { populationPrior } from '../../../src/learning/population-prior.ts';
import { reward } from '../../../src/learning/reward.ts';
import { chooseStyle, rewarded } from '../../../src/learning/styles.ts';
import type { Grade } from '../../../src/model/review.ts';
import { styleText } from '../../../src/model/style.ts';
import type { StyleBeliefs } from '../../../src/model/style-beliefs.ts';
import { seededRandom } from '../../support/random.ts';
import { mean, type Row } from './row.ts';

const DIALOGS = 200;
const FIRST = 20;
const WORLDS = 10;
/** Profiles that practised before, from which a new one takes its prior. */
const OTHERS = 20;
const NEW_LEARNERS = 10;
const SCENES = 8;
const REGISTERS = 3;

const STYLES = Array.from({ length: SCENES * REGISTERS }, (_, i) => ({
  scene: i % SCENES,
  register: Math.floor(i / SCENES),
}));
const [FIRST_OPTION = '', ...OTHER_OPTIONS] = STYLES.map(({ scene, register }) =>
  styleText({ scene: `scene-${scene}`, register: `register-${register}` }),
);
const OPTIONS = [FIRST_OPTION, ...OTHER_OPTIONS] as const;

/** How learners' tastes vary: standard deviations of a feature's weight over worlds, and over learners of a world. */
interface Tastes {
  readonly name: string;
  readonly shared: number;
  readonly own: number;
}

const TASTES: readonly Tastes[] = [
  { name: 'tastes differ', shared: 0.06, own: 0.1 },
  { name: 'tastes are alike', shared: 0.1, own: 0.05 },
];

/** What a learner truly feels about each style, 0 to 1, in the order of the options. */
type Taste = readonly number[];

/**
 * Learners whose styles are chosen, against the best fixed policy: the one style that most learners of their world like
 * best, which nobody knows before. The choice begins without knowledge, or with the prior from 20 other profiles.
 */
export async function styleRows(): Promise<Row[]> {
  const rows = await Promise.all(TASTES.map(rowsOf));
  return rows.flat();
}

async function rowsOf(tastes: Tastes): Promise<Row[]> {
  const worlds = await Promise.all(Array.from({ length: WORLDS }, (_, seed) => worldOf(tastes, seed + 1)));
  const results = worlds.flat();
  const regret = (name: 'fixed' | 'alone' | 'informed') =>
    mean(results.map((one) => one.best - mean(one[name])));
  const early = (name: 'fixed' | 'alone' | 'informed') =>
    mean(results.map((one) => mean(one[name].slice(0, FIRST))));
  const share = (of: number, by: number) => `${((of / by) * 100).toFixed(0)} %`;
  return [
    {
      what: `regret of chosen styles in ${DIALOGS} dialogs, of the best fixed style's; ${tastes.name} (without other profiles)`,
      measured: `${share(regret('informed'), regret('fixed'))} (${share(regret('alone'), regret('fixed'))})`,
      goal: tastes === TASTES[0] ? '≤ 60 %' : '-',
    },
    {
      what: `reward in the first ${FIRST} dialogs, of the best fixed style's; ${tastes.name} (without other profiles)`,
      measured: `${share(early('informed'), early('fixed'))} (${share(early('alone'), early('fixed'))})`,
      goal: '≥ 93 %',
    },
  ];
}

/** The true liking of each dialog of one learner, by policy. */
interface Outcome {
  readonly best: number;
  readonly fixed: readonly number[];
  readonly alone: readonly number[];
  readonly informed: readonly number[];
}

async function worldOf({ shared, own }: Tastes, seed: number): Promise<Outcome[]> {
  const random = seededRandom(seed);
  const spread = (count: number, deviation: number) =>
    Array.from({ length: count }, () => deviation * normal(random));
  const [scenes, registers] = [spread(SCENES, shared), spread(REGISTERS, shared)];
  const liking = (of: { scene: number; register: number }, s: readonly number[], r: readonly number[]) =>
    (s[of.scene] ?? 0) + (r[of.register] ?? 0);
  const newTaste = (): Taste => {
    const base = 0.6 + 0.08 * normal(random);
    const [s, r] = [spread(SCENES, own), spread(REGISTERS, own)];
    // Scenes and registers also interact, which the linear model does not know.
    return STYLES.map((style) => {
      const interaction = 0.3 * own * normal(random);
      const felt = base + liking(style, scenes, registers) + liking(style, s, r) + interaction;
      return Math.min(1, Math.max(0, felt));
    });
  };
  const shares = STYLES.map((style) => liking(style, scenes, registers));
  const favourite = shares.indexOf(Math.max(...shares));
  const others: StyleBeliefs[] = [];
  for (let i = 0; i < OTHERS; i += 1)
    others.push(practise(newTaste(), await populationPrior(others), random).beliefs);
  const prior = await populationPrior(others);
  return Array.from({ length: NEW_LEARNERS }, () => {
    const taste = newTaste();
    return {
      best: Math.max(...taste),
      fixed: Array.from({ length: DIALOGS }, () => taste[favourite] ?? 0),
      alone: practise(taste, NO_BELIEFS, random).liked,
      informed: practise(taste, prior, random).liked,
    };
  });
}

function practise(taste: Taste, prior: StyleBeliefs, random: () => number) {
  let beliefs = prior;
  const liked: number[] = [];
  for (let i = 0; i < DIALOGS; i += 1) {
    const style = chooseStyle(beliefs, OPTIONS, random);
    const felt = taste[OPTIONS.indexOf(style)] ?? 0;
    liked.push(felt);
    beliefs = rewarded(beliefs, style, rewardOf(felt, random));
  }
  return { beliefs, liked };
}

/** A learner's report: a rating around what was felt, and grades and words that have little to do with it. */
function rewardOf(felt: number, random: () => number): number {
  const rating = Math.min(5, Math.max(1, Math.round(1 + 4 * felt + 0.9 * normal(random))));
  const grade: Grade = random() < 0.85 ? 'good' : 'again';
  return reward({
    rating: random() < 0.8 ? rating : null,
    grades: [grade],
    selfCheck: { knownShare: 0.3 + 0.4 * random(), targetUsed: random() < 0.98 },
  });
}
