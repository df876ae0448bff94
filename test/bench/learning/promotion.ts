import { normal } from '../../../src/learning/normal.ts';
import { drawnArm, NEW_TRIAL, withReward } from '../../../src/learning/trial-verdict.ts';
import type { Trial } from '../../../src/model/trial.ts';
import { seededRandom } from '../../support/random.ts';
import { mean, type Row } from './row.ts';

const TRIALS = 1_000;
const SHARE = 0.2;

/** How rewards are distributed. The shift is added to their mean. */
type Rewards = (shift: number, random: () => number) => number;

const graded: Rewards = (shift, random) => {
  const rating = Math.min(5, Math.max(1, Math.round(3.6 + 1.1 * normal(random))));
  return Math.min(
    1,
    Math.max(0, 0.175 * (rating - 1) + 0.15 * (random() < 0.85 ? 1 : 0) + 0.15 * random() + shift),
  );
};
const rarelyBad: Rewards = (shift, random) => (random() < 0.9 + shift ? 1 : 0);

const KINDS: readonly (readonly [string, Rewards])[] = [
  ['ratings and grades', graded],
  ['one of ten is bad', rarelyBad],
];

/** Trials in which the test is read after every reward. */
export function promotionRows(): Row[] {
  const text = (shift: number) =>
    KINDS.map(([kind, rewards]) => {
      const trials = Array.from({ length: TRIALS }, (_, seed) => trialOf(rewards, shift, seed));
      const promoted = trials.filter(({ verdict }) => verdict === 'promoted').length / TRIALS;
      const dialogs = mean(trials.map(({ challenger }) => challenger.count));
      return `${(promoted * 100).toFixed(1)} % (${kind}; ${dialogs.toFixed(0)} dialogs)`;
    }).join(', ');
  const share = `${SHARE * 100} % of dialogs`;
  return [
    { what: `challengers promoted that are equal, ${share}`, measured: text(0), goal: '≤ 2 %' },
    { what: `challengers promoted that are 0.05 better, ${share}`, measured: text(0.05), goal: '≥ 90 %' },
  ];
}

function trialOf(rewards: Rewards, shift: number, seed: number): Trial {
  const random = seededRandom(seed);
  let trial = NEW_TRIAL;
  while (trial.verdict === 'running') {
    const arm = drawnArm(random, SHARE);
    trial = withReward(trial, arm, rewards(arm === 'challenger' ? shift : 0, random));
  }
  return trial;
}
