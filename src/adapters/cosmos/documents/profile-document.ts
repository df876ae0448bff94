import { z } from 'zod';
import { TAG_LENGTH } from '../../../model/language-tag.ts';
import {
  CEFR_LEVELS,
  DEFAULT_MIN_DIALOGS,
  DEFAULT_WORD_ORDER,
  DEFAULT_WORD_PROGRESS,
  MAX_CALLS_PER_DAY,
  type Profile,
  type ProfileChange,
  WORD_ORDERS,
  WORD_PROGRESSES,
} from '../../../model/profile.ts';
import { MAX_SUBJECT } from '../../../model/subject.ts';
import { readDate, UNKNOWN_DATE } from './date.ts';
import { cutText, LONGEST_VOICE_ID, optionalText } from './text.ts';

const profileDocument = z.object({
  id: z.string(),
  owner_id: optionalText(MAX_SUBJECT),
  name: cutText(200),
  native_language: z.string().max(TAG_LENGTH.max),
  target_language: z.string().max(TAG_LENGTH.max),
  level: z.enum(CEFR_LEVELS).nullable().catch(null),
  ref_voice_id: optionalText(LONGEST_VOICE_ID),
  min_dialogs: z.int().min(0).max(500).catch(DEFAULT_MIN_DIALOGS),
  auto_top_up: z.boolean().catch(false),
  // Another program may write any number. A limit that is too high or too low is still a limit.
  max_calls_per_day: z
    .number()
    .transform((limit) => Math.floor(Math.min(Math.max(limit, 0), MAX_CALLS_PER_DAY)))
    .nullable()
    .catch(null),
  word_order: z.enum(WORD_ORDERS).catch(DEFAULT_WORD_ORDER),
  word_progress: z.enum(WORD_PROGRESSES).catch(DEFAULT_WORD_PROGRESS),
  created_at: z.unknown().optional(),
});

const isTag = (field: string) => `IS_STRING(${field}) AND LENGTH(${field}) <= ${TAG_LENGTH.max}`;

/**
 * The condition of a query for the documents that `parseProfile` accepts. A document with a longer language tag is no
 * profile: it names no language, and each dialog that is generated for it costs money.
 */
export const IS_PROFILE = `IS_STRING(c.name) AND ${isTag('c.native_language')} AND ${isTag('c.target_language')}`;

/** The condition of a query for the profiles of the owner `@owner`. */
export const IS_OWNED_PROFILE = `${IS_PROFILE} AND c.owner_id = @owner`;

/** Parses a profile; null if the document is none. */
export function parseProfile(document: unknown): Profile | null {
  const { data } = profileDocument.safeParse(document);
  if (data === undefined) return null;
  return {
    id: data.id,
    ownerId: data.owner_id,
    name: data.name,
    nativeLanguage: data.native_language,
    targetLanguage: data.target_language,
    level: data.level,
    refVoiceId: data.ref_voice_id,
    minDialogs: data.min_dialogs,
    autoTopUp: data.auto_top_up,
    maxCallsPerDay: data.max_calls_per_day,
    wordOrder: data.word_order,
    wordProgress: data.word_progress,
    createdAt: readDate(data.created_at) ?? UNKNOWN_DATE,
  };
}

/** A profile as the fields of a document. */
export function profileFields(profile: Profile): { id: string } & Record<string, unknown> {
  return { id: profile.id, ...changedFields(profile), created_at: profile.createdAt.toISOString() };
}

/** A change of a profile as fields of its document. Fields that the change does not name are left out. */
export function changedFields(change: ProfileChange): Record<string, unknown> {
  const fields = {
    owner_id: change.ownerId,
    name: change.name,
    native_language: change.nativeLanguage,
    target_language: change.targetLanguage,
    level: change.level,
    ref_voice_id: change.refVoiceId,
    min_dialogs: change.minDialogs,
    auto_top_up: change.autoTopUp,
    max_calls_per_day: change.maxCallsPerDay,
    word_order: change.wordOrder,
    word_progress: change.wordProgress,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
