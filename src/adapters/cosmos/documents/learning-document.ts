import { z } from 'zod';
import { isSound } from '../../../model/correction.ts';
import { StoreUnavailable } from '../../../model/errors.ts';
import {
  LEARNING_CAUSES,
  type Learning,
  type LearningState,
  type LearningVersion,
} from '../../../model/learning.ts';
import { dateField } from './date.ts';
import { areStyles, parseStyles, styleFields } from './style-fields.ts';
import { areRewardsByTrial, rewardsByTrial } from './trial-fields.ts';

/** The id of the document with the present version of what a profile has learned. */
export const LEARNING_ID = 'learning';

/** The id of the document with an earlier version. */
export function versionId(version: number): string {
  return `version:${version}`;
}

const whole = z.int().min(0);
const state = z.object({
  reviews: whole,
  correction: z
    .object({
      offset: z.number(),
      slope: z.number(),
      covariance: z.tuple([z.number(), z.number(), z.number()]),
    })
    .refine(isSound),
  losses: z.object({ predictions: whole, log_loss: z.number(), default_log_loss: z.number() }),
  styles: z.unknown().optional(),
  rewards: rewardsByTrial,
});
const versionDocument = state.extend({ version: whole, at: dateField, cause: z.enum(LEARNING_CAUSES) });
const learningDocument = versionDocument.extend({
  profile_id: z.string(),
  base: state.extend({ version: whole }),
  included: z.array(
    z.object({
      dialog_id: z.string(),
      at: dateField,
      version: whole,
      counted: z.array(z.string()),
      is_settled: z.boolean(),
    }),
  ),
  known_from: whole,
});

/** The parts of a state that are left out of what is read if they have another form. */
const leftOut = z.object({
  styles: z
    .unknown()
    .refine((field) => field === undefined || field === null || areStyles(field))
    .optional(),
  rewards: z
    .unknown()
    .refine((field) => field === undefined || areRewardsByTrial(field))
    .optional(),
});
const nothingLeftOut = leftOut.extend({ base: leftOut });

/** Parses what a profile has learned; null if the document is none. */
export function parseLearning(document: unknown): Learning | null {
  const { data } = learningDocument.safeParse(document);
  return data === undefined ? null : learningOf(data);
}

/**
 * The learning that a writer goes on from; null without a document, and if its correction is out of its bounds. A document
 * of another form, such as one of a later version of this server, is not taken for none: it would be overwritten.
 * @throws {StoreUnavailable} if the document has another form
 */
export function replaceableLearning(document: unknown): Learning | null {
  if (document === null) return null;
  const { data, error } = learningDocument.safeParse(document);
  if (data !== undefined && nothingLeftOut.safeParse(document).success) return learningOf(data);
  if (error?.issues.every(({ code }) => code === 'custom')) return null;
  throw new StoreUnavailable(new Error('the document of what a profile has learned cannot be read'), {
    retryable: false,
  });
}

function learningOf(data: z.infer<typeof learningDocument>): Learning {
  return {
    profileId: data.profile_id,
    ...versionOf(data),
    base: { version: data.base.version, ...stateOf(data.base) },
    included: data.included.map(({ dialog_id, at, version, counted, is_settled }) => ({
      dialogId: dialog_id,
      at,
      version,
      counted,
      isSettled: is_settled,
    })),
    knownFrom: data.known_from,
  };
}

/** Parses a version; null if the document is none. */
export function parseVersion(document: unknown): LearningVersion | null {
  const { data } = versionDocument.safeParse(document);
  return data === undefined ? null : versionOf(data);
}

function versionOf(data: z.infer<typeof versionDocument>): LearningVersion {
  return { version: data.version, at: data.at, cause: data.cause, ...stateOf(data) };
}

function stateOf({ reviews, correction, losses, styles, rewards }: z.infer<typeof state>): LearningState {
  const { predictions, log_loss, default_log_loss } = losses;
  return {
    reviews,
    correction,
    losses: { predictions, logLoss: log_loss, defaultLogLoss: default_log_loss },
    styles: parseStyles(styles),
    rewards,
  };
}

/** What a profile has learned as the fields of its document. */
export function learningFields(learning: Learning): { id: string } & Record<string, unknown> {
  return {
    ...versionFields(learning.profileId, learning),
    id: LEARNING_ID,
    base: { version: learning.base.version, ...stateFields(learning.base) },
    included: learning.included.map(({ dialogId, at, version, counted, isSettled }) => ({
      dialog_id: dialogId,
      at: at.toISOString(),
      version,
      counted,
      is_settled: isSettled,
    })),
    known_from: learning.knownFrom,
  };
}

/** A version as the fields of its document. */
export function versionFields(
  profileId: string,
  learning: LearningVersion,
): { id: string } & Record<string, unknown> {
  const { version, at, cause } = learning;
  const ids = { id: versionId(version), profile_id: profileId };
  return { ...ids, version, at: at.toISOString(), cause, ...stateFields(learning) };
}

function stateFields({ reviews, correction, losses, styles, rewards }: LearningState) {
  const { predictions, logLoss, defaultLogLoss } = losses;
  return {
    reviews,
    correction,
    losses: { predictions, log_loss: logLoss, default_log_loss: defaultLogLoss },
    styles: styles && styleFields(styles),
    rewards,
  };
}
