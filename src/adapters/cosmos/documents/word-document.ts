import { z } from 'zod';
import { DIALOG_SERIES_LENGTH, WORD_STATES, type Word } from '../../../model/word.ts';
import { readDate, UNKNOWN_DATE } from './date.ts';
import { memoryFields, parseMemory } from './memory-fields.ts';
import { cutText } from './text.ts';

/** The longest text of a word: 200 characters, each of which may take two UTF-16 code units. */
const MAX_TEXT_LENGTH = 400;
const MAX_TRANSLATION_LENGTH = 500;

const wordDocument = z.object({
  id: z.string(),
  profile_id: z.string(),
  text: z.string().max(MAX_TEXT_LENGTH),
  // Other programs may store a whole dictionary entry here. Its beginning is enough.
  translation: cutText(MAX_TRANSLATION_LENGTH).nullable().catch(null),
  state: z.enum(WORD_STATES),
  memory: z.unknown().optional(),
  // Other characters could make an id that the store cannot address.
  dialog_series: z
    .string()
    .max(DIALOG_SERIES_LENGTH)
    .regex(/^[0-9a-z]+$/)
    .nullable()
    .catch(null),
  created_at: z.unknown().optional(),
});

/** The fields of a document that `parseWord` reads, as a query selects them. */
export const WORD_FIELDS =
  'c.id, c.profile_id, c.text, c.translation, c.state, c.memory, c.dialog_series, c.created_at';

/** The condition of a query for the documents that `parseWord` accepts, in one of the states `@states`. */
export const IS_WORD_IN_STATES = `IS_STRING(c.text) AND LENGTH(c.text) <= ${MAX_TEXT_LENGTH} AND ARRAY_CONTAINS(@states, c.state)`;

/**
 * The condition of a query for words that can have dialogs. The id of a dialog is the id of its word, a series and a
 * number, and has at most 1,023 bytes.
 */
export const CAN_HAVE_DIALOGS = 'LENGTH(c.id) <= 250';

/** Parses a word; null if the document is none. A document with an unknown state or a longer text is no word. */
export function parseWord(document: unknown): Word | null {
  const { data } = wordDocument.safeParse(document);
  if (data === undefined) return null;
  return {
    id: data.id,
    profileId: data.profile_id,
    text: data.text,
    translation: data.translation,
    state: data.state,
    memory: parseMemory(data.memory),
    dialogSeries: data.dialog_series,
    createdAt: readDate(data.created_at) ?? UNKNOWN_DATE,
  };
}

/** A word as the fields of a document. */
export function wordFields(word: Word): { id: string } & Record<string, unknown> {
  return {
    id: word.id,
    profile_id: word.profileId,
    text: word.text,
    translation: word.translation,
    state: word.state,
    ...(word.dialogSeries !== null && { dialog_series: word.dialogSeries }),
    ...(word.memory !== null && { memory: memoryFields(word.memory) }),
    created_at: word.createdAt.toISOString(),
  };
}
