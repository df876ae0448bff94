import { z } from 'zod';
import {
  CEFR_LEVELS,
  DEFAULT_MIN_DIALOGS,
  type Profile,
  type ProfileChange,
} from '../../../model/profile.ts';
import { readDate, UNKNOWN_DATE } from './date.ts';
import { optionalText } from './optional-text.ts';

const profileDocument = z.object({
  id: z.string(),
  name: z.string(),
  native_language: z.string(),
  target_language: z.string(),
  level: z.enum(CEFR_LEVELS).nullable().catch(null),
  ref_voice_id: optionalText,
  min_dialogs: z.int().min(0).max(500).catch(DEFAULT_MIN_DIALOGS),
  created_at: z.unknown().optional(),
});

/** The documents that are profiles, in a query; the same that `parseProfile` accepts. */
export const IS_PROFILE =
  'IS_STRING(c.name) AND IS_STRING(c.native_language) AND IS_STRING(c.target_language)';

/** The profile in a document, null where it is none. */
export function parseProfile(document: unknown): Profile | null {
  const { data } = profileDocument.safeParse(document);
  if (data === undefined) return null;
  return {
    id: data.id,
    name: data.name,
    nativeLanguage: data.native_language,
    targetLanguage: data.target_language,
    level: data.level,
    refVoiceId: data.ref_voice_id,
    minDialogs: data.min_dialogs,
    createdAt: readDate(data.created_at) ?? UNKNOWN_DATE,
  };
}

export function profileFields(profile: Profile): { id: string } & Record<string, unknown> {
  return { id: profile.id, ...changedFields(profile), created_at: profile.createdAt.toISOString() };
}

/** A change in the fields of a document. */
export function changedFields(change: ProfileChange): Record<string, unknown> {
  const fields = {
    name: change.name,
    native_language: change.nativeLanguage,
    target_language: change.targetLanguage,
    level: change.level,
    ref_voice_id: change.refVoiceId,
    min_dialogs: change.minDialogs,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
