import type { Arm, ArmRewards, Evidence, Trial, TrialRewards, Verdict } from '../model/trial.ts';
import { within } from './bounds.ts';
import { normalDistribution } from './normal.ts';

/** Of a trial before its first dialog. */
export const NO_REWARDS: TrialRewards = {
  champion: { count: 0, mean: 0, squares: 0 },
  challenger: { count: 0, mean: 0, squares: 0 },
};

/** A trial before its first dialog. */
export const NEW_TRIAL: Trial = { ...NO_REWARDS, verdict: 'running' };

/** The size of a difference that the test is best at finding. */
const EFFECT = 0.05;
/** The test takes means for normally distributed, so it waits for this number of rewards of each arm. */
const FEWEST = 100;
/** A challenger that has not proved better by then is dropped. */
const MOST = 2_000;
const FALSE_PROMOTIONS = 0.02;
const FALSE_DROPS = 0.05;
/** Rewards of one arm are taken to differ at least by this standard deviation, so that equal ones prove nothing. */
const LEAST_DEVIATION = 0.02;
/** Larger likelihood ratios say no more. */
const LARGEST_RATIO = 1e12;

/**
 * Which version writes the next dialog. The draw must not depend on the learner or the word.
 * @param share of dialogs that the challenger writes, 0 to 1
 */
export function drawnArm(random: () => number, share: number): Arm {
  return random() < share ? 'challenger' : 'champion';
}

/**
 * The trial after one more dialog was rewarded, with its verdict. A trial that has a verdict stays as it is.
 * @param reward 0 to 1
 */
export function withReward(trial: Trial, arm: Arm, reward: number): Trial {
  if (trial.verdict !== 'running') return trial;
  const next = withRewardOf(trial, arm, reward);
  return { ...next, verdict: verdictOf(next) };
}

/**
 * The rewards of a trial with that of one more dialog.
 * @param reward 0 to 1
 */
export function withRewardOf<Rewards extends TrialRewards>(
  rewards: Rewards,
  arm: Arm,
  reward: number,
): Rewards {
  return { ...rewards, [arm]: added(rewards[arm], within(reward, { min: 0, max: 1 })) };
}

/** The rewards of the dialogs of both. */
export function sumOf(one: TrialRewards, other: TrialRewards): TrialRewards {
  return {
    champion: joined(one.champion, other.champion),
    challenger: joined(one.challenger, other.challenger),
  };
}

/**
 * A sequential probability ratio test that mixes over the sizes of a difference (half-normal with scale 0.05). It may be
 * read after every reward.
 */
export function evidence({ champion, challenger }: TrialRewards): Evidence {
  const difference = challenger.mean - champion.mean;
  const variance = varianceOfDifference(champion, challenger);
  const [better, worse] = [ratio(difference, variance), ratio(-difference, variance)];
  return { difference, error: Math.sqrt(variance), better, worse };
}

/** The verdict on a trial with these rewards. It may be asked for as often as one likes. */
export function verdictOf(rewards: TrialRewards): Verdict {
  const { champion, challenger } = rewards;
  if (Math.min(champion.count, challenger.count) < FEWEST) return 'running';
  const { better, worse } = evidence(rewards);
  if (better >= 1 / FALSE_PROMOTIONS) return 'promoted';
  return worse >= 1 / FALSE_DROPS || challenger.count >= MOST ? 'dropped' : 'running';
}

/** The likelihood ratio of a difference that is drawn from the positive half of a normal distribution to none. */
function ratio(difference: number, variance: number): number {
  const mixed = variance + EFFECT ** 2;
  const z = (difference * EFFECT) / Math.sqrt(variance * mixed);
  // For a negative difference the exact value is below 1. It needs a tail of the distribution that is not computed.
  if (z <= 0) return Math.sqrt(variance / mixed);
  const logarithm = Math.log(2 * normalDistribution(z)) + (z * z) / 2 + Math.log(variance / mixed) / 2;
  return Math.min(LARGEST_RATIO, Math.exp(logarithm));
}

/**
 * The larger of two estimates: one from each arm's own variance, one from a variance that both share. The first alone is
 * too small if a rare bad reward has not yet happened in the arm with fewer dialogs; the second if that arm varies more.
 */
function varianceOfDifference(one: ArmRewards, other: ArmRewards): number {
  const own = varianceOf(one) / Math.max(1, one.count) + varianceOf(other) / Math.max(1, other.count);
  const squares = one.squares + other.squares;
  const shared = varianceOf({ count: Math.max(0, one.count + other.count - 1), squares });
  return Math.max(own, shared / Math.max(1, one.count) + shared / Math.max(1, other.count));
}

function varianceOf({ count, squares }: Pick<ArmRewards, 'count' | 'squares'>): number {
  return count < 2 ? 1 : Math.max(LEAST_DEVIATION ** 2, squares / (count - 1));
}

/** Welford's update of a mean and a sum of squared deviations. */
function added({ count, mean, squares }: ArmRewards, reward: number): ArmRewards {
  const next = mean + (reward - mean) / (count + 1);
  return { count: count + 1, mean: next, squares: squares + (reward - mean) * (reward - next) };
}

/** The rewards of two groups of dialogs as one (Chan, Golub and LeVeque, 1979). */
function joined(one: ArmRewards, other: ArmRewards): ArmRewards {
  const count = one.count + other.count;
  if (count === 0) return one;
  const apart = other.mean - one.mean;
  return {
    count,
    mean: one.mean + (apart * other.count) / count,
    squares: one.squares + other.squares + (apart ** 2 * one.count * other.count) / count,
  };
}
