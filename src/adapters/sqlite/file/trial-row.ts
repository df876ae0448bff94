import { ARMS, type ArmRewards, type DialogTrial, type TrialRewards } from '../../../model/trial.ts';
import { integer, list, number, oneOf, text } from './values.ts';

/* Trials, as JSON lists in columns. */

export function dialogTrialOf(row: readonly unknown[]): DialogTrial {
  return { id: text(row[0]), arm: oneOf(ARMS, row[1]) };
}

export function dialogTrialColumn({ id, arm }: DialogTrial): string {
  return JSON.stringify([id, arm]);
}

export function trialRewardsOf([champion, challenger]: readonly unknown[]): TrialRewards {
  return { champion: armRewardsOf(list(champion)), challenger: armRewardsOf(list(challenger)) };
}

export function trialRewardsList({ champion, challenger }: TrialRewards): number[][] {
  return [champion, challenger].map(({ count, mean, squares }) => [count, mean, squares]);
}

function armRewardsOf(row: readonly unknown[]): ArmRewards {
  return { count: integer(row[0]), mean: number(row[1]), squares: number(row[2]) };
}
