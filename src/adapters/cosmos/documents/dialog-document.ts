import { z } from 'zod';
import { type Dialog, isVoiced, type Turn } from '../../../model/dialog.ts';
import { TAG_LENGTH } from '../../../model/language-tag.ts';
import { ARMS } from '../../../model/trial.ts';
import type { StoredDocument } from '../client/container.ts';
import { readDate, UNKNOWN_DATE } from './date.ts';
import { parseReview, reviewFields } from './review-fields.ts';
import { cutText, LONGEST_VOICE_ID, optionalText } from './text.ts';

/** How many turns of a dialog are read. A dialog of this store has at most 12. */
const MAX_TURNS = 50;
/** The length in UTF-16 code units up to which a turn is read. A turn of this store has at most 600 characters. */
const MAX_TURN_LENGTH = 2_000;

/** The length in UTF-16 code units up to which a style is read. */
const MAX_STYLE_LENGTH = 200;

/** A turn with all its fields, also those that other programs added. */
const turn = z.looseObject({
  speaker: cutText(200).catch(''),
  text: z.string().max(MAX_TURN_LENGTH),
  translation: optionalText(2 * MAX_TURN_LENGTH),
  audio: optionalText(1_000),
});

const selfCheck = z.object({
  known_share: z.number().min(0).max(1),
  target_used: z.boolean(),
  language: optionalText(TAG_LENGTH.max),
});
/** The longest id of a trial, in UTF-16 code units. It is the name of a model and a version. */
const MAX_TRIAL_LENGTH = 1_000;
const dialogTrial = z.object({ id: z.string().max(MAX_TRIAL_LENGTH), arm: z.enum(ARMS) });

const dialogDocument = z.object({
  id: z.string(),
  profile_id: z.string(),
  word_id: z.string(),
  is_used: z.boolean(),
  used_at: z.unknown().optional(),
  ref_voice_id: optionalText(LONGEST_VOICE_ID),
  turns: z.unknown().optional(),
  generator: cutText(200).catch('unknown'),
  style: optionalText(MAX_STYLE_LENGTH),
  self_check: selfCheck.nullable().catch(null).default(null),
  trial: dialogTrial.nullable().catch(null),
  review: z.unknown().optional(),
  created_at: z.unknown().optional(),
});

/** The condition of a query for the documents that `parseDialog` accepts. */
export const IS_DIALOG = 'IS_STRING(c.word_id) AND IS_BOOL(c.is_used)';
/** The same for unused dialogs. */
export const IS_UNUSED_DIALOG = 'IS_STRING(c.word_id) AND c.is_used = false';

/**
 * Parses a dialog; null if the document is none. Turns that are invalid or too long are left out, and so are all turns
 * after the first `MAX_TURNS`. The word's id may be one that no word can have: such a dialog has no word, like a dialog
 * whose word was removed.
 */
export function parseDialog(document: unknown): Dialog | null {
  const { data } = dialogDocument.safeParse(document);
  if (data === undefined) return null;
  return {
    id: data.id,
    profileId: data.profile_id,
    wordId: data.word_id,
    turns: readTurns(data.turns),
    isUsed: data.is_used,
    usedAt: readDate(data.used_at),
    refVoiceId: data.ref_voice_id,
    generator: data.generator,
    style: data.style,
    selfCheck: data.self_check && {
      knownShare: data.self_check.known_share,
      targetUsed: data.self_check.target_used,
      language: data.self_check.language,
    },
    trial: data.trial,
    review: parseReview(data.review),
    createdAt: readDate(data.created_at) ?? UNKNOWN_DATE,
  };
}

function readTurns(turns: unknown): Turn[] {
  return firstTurns(turns).flatMap((item) => {
    const { data } = turn.safeParse(item);
    if (data === undefined) return [];
    const { speaker, text, translation, audio } = data;
    return [{ speaker, text, translation, audio }];
  });
}

function firstTurns(turns: unknown): unknown[] {
  return Array.isArray(turns) ? turns.slice(0, MAX_TURNS) : [];
}

/** A dialog as the fields of a document. */
export function dialogFields(dialog: Dialog): { id: string } & Record<string, unknown> {
  return {
    id: dialog.id,
    profile_id: dialog.profileId,
    word_id: dialog.wordId,
    is_used: dialog.isUsed,
    used_at: dialog.usedAt?.toISOString() ?? null,
    ref_voice_id: dialog.refVoiceId,
    turns: dialog.turns.map(({ speaker, text, translation, audio }) => ({
      speaker,
      text,
      translation,
      ...(audio !== null && { audio }),
    })),
    generator: dialog.generator,
    ...(dialog.style !== null && { style: dialog.style }),
    ...(dialog.selfCheck !== null && {
      self_check: {
        known_share: dialog.selfCheck.knownShare,
        target_used: dialog.selfCheck.targetUsed,
        language: dialog.selfCheck.language,
      },
    }),
    ...(dialog.trial !== null && { trial: dialog.trial }),
    ...(dialog.review !== null && { review: reviewFields(dialog.review) }),
    created_at: dialog.createdAt.toISOString(),
    is_voiced: isVoiced(dialog),
  };
}

/**
 * Adds recordings to those turns of a document that have none. Nothing else in the turns changes.
 * @param names names of recordings by the text that they speak
 * @returns all turns, whether each turn that is read has a recording now, and how many recordings were added
 */
export function withRecordings(
  document: StoredDocument,
  names: ReadonlyMap<string, string>,
): { turns: unknown[]; isVoiced: boolean; added: number } {
  let added = 0;
  const recorded = firstTurns(document.turns).map((item) => {
    const { data } = turn.safeParse(item);
    const audio = data?.audio === null ? names.get(data.text) : undefined;
    if (audio === undefined) return item;
    added += 1;
    return { ...z.looseObject({}).parse(item), audio };
  });
  const rest = Array.isArray(document.turns) ? document.turns.slice(MAX_TURNS) : [];
  const turns = [...recorded, ...rest];
  return { turns, isVoiced: isVoiced({ turns: readTurns(recorded) }), added };
}
