import { z } from 'zod';
import { MOST_TRIALS } from '../../../model/trial.ts';

const armRewards = z.object({
  count: z.int().min(0),
  mean: z.number().min(0).max(1),
  squares: z.number().min(0),
});

/** The rewards of a trial, as fields of a document. Their names are the same in the model. */
export const trialRewards = z.object({ champion: armRewards, challenger: armRewards });

const profileRewards = trialRewards.extend({ trial: z.string().max(1_000) });

const numbersOfArm = z.object({ count: z.number(), mean: z.number(), squares: z.number() });
const formOfRewards = z.array(
  z.object({ trial: z.string(), champion: numbersOfArm, challenger: numbersOfArm }),
);

/** Whether a field is in the form of the rewards of a profile by trial, whatever their numbers are. */
export function areRewardsByTrial(field: unknown): boolean {
  return formOfRewards.safeParse(field).success;
}

/** The rewards of a profile by trial. Those that cannot be read are left out, so that the rest of a document stays. */
export const rewardsByTrial = z
  .array(z.unknown())
  .catch([])
  .default([])
  .transform((items) =>
    items.slice(-MOST_TRIALS).flatMap((item) => profileRewards.safeParse(item).data ?? []),
  );
