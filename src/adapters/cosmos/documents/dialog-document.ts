import { z } from 'zod';
import { type Dialog, isVoiced, type Turn } from '../../../model/dialog.ts';
import type { StoredDocument } from '../client/container.ts';
import { readDate, UNKNOWN_DATE } from './date.ts';
import { cutText, LONGEST_VOICE_ID, optionalText } from './text.ts';

/** Most turns of a dialog that are read; a dialog of ours has at most a quarter of them. */
const MOST_TURNS = 50;
/** Most UTF-16 units of a turn's text: far more than a turn of ours has. */
const LONGEST_TURN = 2_000;

/** A turn with all that is in it. */
const turn = z.looseObject({
  speaker: cutText(200).catch(''),
  text: z.string().max(LONGEST_TURN),
  translation: optionalText(2 * LONGEST_TURN),
  audio: optionalText(1_000),
});

const dialogDocument = z.object({
  id: z.string(),
  profile_id: z.string(),
  word_id: z.string(),
  is_used: z.boolean(),
  used_at: z.unknown().optional(),
  ref_voice_id: optionalText(LONGEST_VOICE_ID),
  turns: z.unknown().optional(),
  generator: cutText(200).catch('unknown'),
  created_at: z.unknown().optional(),
});

/** The documents that are dialogs, in a query; the same that `parseDialog` accepts. */
export const IS_DIALOG = 'IS_STRING(c.word_id) AND IS_BOOL(c.is_used)';
export const IS_UNUSED_DIALOG = 'IS_STRING(c.word_id) AND c.is_used = false';

/**
 * The dialog in a document, null if it is none. Turns that cannot be read, or are too long, are left out, and so is
 * what follows the first `MOST_TURNS`. A word's id that nothing can have stays: the dialog is shown without a word, as
 * that of a removed word is.
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
  return Array.isArray(turns) ? turns.slice(0, MOST_TURNS) : [];
}

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
    created_at: dialog.createdAt.toISOString(),
    is_voiced: isVoiced(dialog),
  };
}

/** The turns of a document with the recordings named for their texts; all else that is in them stays. */
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
  const rest = Array.isArray(document.turns) ? document.turns.slice(MOST_TURNS) : [];
  const turns = [...recorded, ...rest];
  return { turns, isVoiced: isVoiced({ turns: readTurns(recorded) }), added };
}
