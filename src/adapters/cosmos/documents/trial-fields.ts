import { z } from 'zod';

const armRewards = z.object({
  count: z.int().min(0),
  mean: z.number().min(0).max(1),
  squares: z.number().min(0),
});

/** The rewards of a trial, as fields of a document. Their names are the same in the model. */
export const trialRewards = z.object({ champion: armRewards, challenger: armRewards });
