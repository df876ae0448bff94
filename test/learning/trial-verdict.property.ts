import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawnArm, evidence, NEW_TRIAL, withReward } from '../../src/learning/trial-verdict.ts';
import { ARMS, type Arm, type Trial } from '../../src/model/trial.ts';
import { seededRandom } from '../support/random.ts';
import { runs } from '../support/runs.ts';

/** How many trials are run, of which at most 2 % may end wrongly. */
const TRIALS = runs({ usual: 50, deep: 1_000 });
const WRONG = 0.02 * TRIALS;

/** Runs a trial to its verdict. The rewards of the challenger are shifted. */
function trialOf(seed: number, shift: number, share: number): Trial {
  const random = seededRandom(seed);
  let trial = NEW_TRIAL;
  while (trial.verdict === 'running') {
    const arm = drawnArm(random, share);
    const reward = 0.3 + (random() + random()) * 0.3 + (arm === 'challenger' ? shift : 0);
    trial = withReward(trial, arm, reward);
  }
  return trial;
}

const verdicts = (count: number, shift: number, share: number) =>
  Array.from({ length: count }, (_, seed) => trialOf(seed, shift, share).verdict);

test('of challengers that are not better, looked at after every reward, at most 2 % are promoted', () => {
  const promoted = verdicts(TRIALS, 0, 0.5).filter((verdict) => verdict === 'promoted');
  expect(promoted.length).toBeLessThanOrEqual(WRONG);
});

test('a challenger that is 0.05 better is promoted, one that is 0.05 worse is dropped', () => {
  expect(new Set(verdicts(40, 0.05, 0.3))).toEqual(new Set(['promoted']));
  expect(new Set(verdicts(40, -0.05, 0.3))).toEqual(new Set(['dropped']));
});

test('a challenger that proves nothing is dropped after 2,000 dialogs', () => {
  let trial = NEW_TRIAL;
  for (let i = 0; i < 2_000; i += 1) {
    expect(trial.verdict).toBe('running');
    for (const arm of ARMS) trial = withReward(trial, arm, i % 2 === 0 ? 0.4 : 0.6);
  }
  expect(trial.verdict).toBe('dropped');
  expect(trial.challenger.count).toBe(2_000);
});

test('a verdict stands, whatever is rewarded later', () => {
  const promoted = trialOf(1, 0.2, 0.5);
  expect(promoted.verdict).toBe('promoted');
  expect(withReward(promoted, 'challenger', 0)).toBe(promoted);
});

describe('a challenger with 20 % of the dialogs is not promoted', () => {
  const promotedOf = (rewardOf: (arm: Arm, random: () => number) => number) =>
    Array.from({ length: TRIALS }, (_, seed) => {
      const random = seededRandom(seed);
      let trial = NEW_TRIAL;
      while (trial.verdict === 'running') {
        const arm = drawnArm(random, 0.2);
        trial = withReward(trial, arm, rewardOf(arm, random));
      }
      return trial.verdict;
    }).filter((verdict) => verdict === 'promoted').length;

  test('because its rewards vary more', () => {
    const varied = promotedOf((arm, random) =>
      arm === 'challenger' ? Math.round(random()) : 0.3 + 0.4 * random(),
    );
    expect(varied).toBeLessThanOrEqual(WRONG);
  });

  test('because rare bad rewards have not yet happened to it', () => {
    expect(promotedOf((_, random) => (random() < 0.95 ? 1 : 0))).toBeLessThanOrEqual(WRONG);
  });
});

test('evidence is finite and consistent, whatever the rewards', () => {
  const rewards = fc.array(fc.tuple(fc.constantFrom(...ARMS), fc.double({ min: -1, max: 2, noNaN: true })), {
    maxLength: 400,
  });
  fc.assert(
    fc.property(rewards, (given) => {
      const trial = given.reduce<Trial>((now, [arm, reward]) => withReward(now, arm, reward), NEW_TRIAL);
      const { difference, error, better, worse } = evidence(trial);
      for (const number of [difference, error, better, worse]) expect(number).toSatisfy(Number.isFinite);
      expect(Math.abs(difference)).toBeLessThanOrEqual(1);
      expect(error).toBeGreaterThan(0);
      expect(Math.min(better, worse)).toBeLessThanOrEqual(1);
      for (const arm of ARMS) {
        expect(trial[arm].mean).toBeGreaterThanOrEqual(0);
        expect(trial[arm].mean).toBeLessThanOrEqual(1);
        expect(trial[arm].squares).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});
