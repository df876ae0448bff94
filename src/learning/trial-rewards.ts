import { MOST_TRIALS, type ProfileTrialRewards } from '../model/trial.ts';
import type { ReviewedDialog } from '../ports/reviews.ts';
import { rewardOf } from './reward.ts';
import { NO_REWARDS, withRewardOf } from './trial-verdict.ts';

/**
 * The rewards of a profile's dialogs in trials, with that of one more dialog. The same if it is in no trial. Of more than
 * `MOST_TRIALS`, those that had a reward last stay.
 */
export function withDialog(
  rewards: readonly ProfileTrialRewards[],
  dialog: ReviewedDialog,
): readonly ProfileTrialRewards[] {
  const reward = rewardOf(dialog);
  if (dialog.trial === null || reward === null) return rewards;
  const { id, arm } = dialog.trial;
  const known = rewards.find(({ trial }) => trial === id) ?? { trial: id, ...NO_REWARDS };
  const others = rewards.filter(({ trial }) => trial !== id);
  return [...others, withRewardOf(known, arm, reward)].slice(-MOST_TRIALS);
}
