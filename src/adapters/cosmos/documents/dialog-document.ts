import { z } from 'zod';
import { type Dialog, isVoiced, type Turn } from '../../../model/dialog.ts';
import type { StoredDocument } from '../client/container.ts';
import { readDate, UNKNOWN_DATE } from './date.ts';
import { cutText, LONGEST_VOICE_ID, optionalText } from './text.ts';

/** Far more than a dialog of ours has. What is longer is not read: it could be neither shown nor spoken. */
const MOST_TURNS = 100;
const LONGEST_TURN = 2_000;

const turn = z.object({
  speaker: cutText(200).catch(''),
  text: z.string().max(LONGEST_TURN),
  translation: optionalText(2 * LONGEST_TURN),
  audio: optionalText(1_000),
});

const turns = z
  .array(z.unknown())
  .transform((list) => list.slice(0, MOST_TURNS))
  .catch([]);

/** A turn with all that is in it. */
const soundingTurn = z.looseObject({ text: turn.shape.text, audio: turn.shape.audio });

const dialogDocument = z.object({
  id: z.string(),
  profile_id: z.string(),
  word_id: z.string(),
  is_used: z.boolean(),
  used_at: z.unknown().optional(),
  ref_voice_id: optionalText(LONGEST_VOICE_ID),
  turns,
  generator: cutText(200).catch('unknown'),
  created_at: z.unknown().optional(),
});

/** The documents that are dialogs, in a query; the same that `parseDialog` accepts. */
export const IS_DIALOG = 'IS_STRING(c.word_id) AND IS_BOOL(c.is_used)';
export const IS_UNUSED_DIALOG = 'IS_STRING(c.word_id) AND c.is_used = false';

/** The dialog in a document, null if it is none. Turns that cannot be read, or are too many, are left out. */
export function parseDialog(document: unknown): Dialog | null {
  const { data } = dialogDocument.safeParse(document);
  if (data === undefined) return null;
  return {
    id: data.id,
    profileId: data.profile_id,
    wordId: data.word_id,
    turns: data.turns.map(readTurn).filter((item) => item !== null),
    isUsed: data.is_used,
    usedAt: readDate(data.used_at),
    refVoiceId: data.ref_voice_id,
    generator: data.generator,
    createdAt: readDate(data.created_at) ?? UNKNOWN_DATE,
  };
}

function readTurn(item: unknown): Turn | null {
  return turn.safeParse(item).data ?? null;
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
  const stored = z.array(z.unknown()).catch([]).parse(document.turns);
  let added = 0;
  const recorded = stored.map((item) => {
    const { data } = soundingTurn.safeParse(item);
    const audio = data && data.audio === null ? names.get(data.text) : undefined;
    if (audio === undefined) return item;
    added += 1;
    return { ...data, audio };
  });
  const readable = turns
    .parse(recorded)
    .map(readTurn)
    .filter((item) => item !== null);
  return { turns: recorded, isVoiced: isVoiced({ turns: readable }), added };
}
