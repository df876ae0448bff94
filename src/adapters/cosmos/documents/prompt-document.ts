import { createHash } from 'node:crypto';
import { z } from 'zod';
import { CHAMPION_CAUSES, MAX_CHAMPIONS, MAX_TRIALS, type PromptState } from '../../../model/prompt-state.ts';
import { VERDICTS } from '../../../model/trial.ts';
import { dateField } from './date.ts';
import { trialRewards } from './trial-fields.ts';

/**
 * The id of the document with the state of a model's prompt, in the container of the leases. Names of models have
 * characters that no id may have, so it has their hash.
 */
export function promptId(model: string): string {
  return `prompt:${createHash('sha256').update(model).digest('hex')}`;
}

const champion = z.object({
  number: z.int().min(1),
  at: dateField,
  cause: z.enum(CHAMPION_CAUSES),
  champion: z.string(),
});

const trial = z
  .object({
    challenger_version: z.string(),
    champion_version: z.string(),
    rewards: trialRewards,
    verdict: z.enum(VERDICTS),
    evidence: z.object({ difference: z.number(), error: z.number(), better: z.number(), worse: z.number() }),
    started_at: dateField,
    ended_at: dateField.nullable(),
  })
  .transform(
    ({ challenger_version, champion_version, rewards, verdict, evidence, started_at, ended_at }) => ({
      challengerVersion: challenger_version,
      championVersion: champion_version,
      ...rewards,
      verdict,
      evidence,
      startedAt: started_at,
      endedAt: ended_at,
    }),
  );

const promptDocument = z.object({
  champions: z.array(champion).min(1).max(MAX_CHAMPIONS),
  trials: z.array(trial).max(MAX_TRIALS),
});

/** Parses the state of a prompt; null if the document is none. */
export function parsePromptState(document: unknown): PromptState | null {
  return promptDocument.safeParse(document).data ?? null;
}

/** The state of a prompt as fields of its document. */
export function promptFields(model: string, { champions, trials }: PromptState) {
  return {
    id: promptId(model),
    model,
    champions: champions.map((one) => ({ ...one, at: one.at.toISOString() })),
    trials: trials.map((one) => ({
      challenger_version: one.challengerVersion,
      champion_version: one.championVersion,
      rewards: { champion: one.champion, challenger: one.challenger },
      verdict: one.verdict,
      evidence: one.evidence,
      started_at: one.startedAt.toISOString(),
      ended_at: one.endedAt?.toISOString() ?? null,
    })),
  };
}
