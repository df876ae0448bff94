import { z } from 'zod';
import { WORD_STATES, type Word } from '../../../model/word.ts';
import { readDate, UNKNOWN_DATE } from './date.ts';
import { optionalText } from './optional-text.ts';

/** Most UTF-16 code units of the 200 characters that a word may have. */
const MOST_TEXT = 400;

const wordDocument = z.object({
  id: z.string(),
  profile_id: z.string(),
  text: z.string().transform(cut),
  translation: optionalText,
  state: z.enum(WORD_STATES),
  created_at: z.unknown().optional(),
});

/** The documents that are words in one of the states `@states`, in a query. */
export const IS_WORD_IN_STATES = 'IS_STRING(c.text) AND ARRAY_CONTAINS(@states, c.state)';

/**
 * Words that a dialog can be made for: a dialog's id is its word's with a number behind, in at most 1,023 bytes, and a
 * text that is longer than a word's may be is not sent to a generator.
 */
export const MAY_GET_DIALOGS = `LENGTH(c.id) <= 250 AND LENGTH(c.text) <= ${MOST_TEXT}`;

/** The word in a document, null where it is none: another writer's state that we don't know makes it none. */
export function parseWord(document: unknown): Word | null {
  const { data } = wordDocument.safeParse(document);
  if (data === undefined) return null;
  return {
    id: data.id,
    profileId: data.profile_id,
    text: data.text,
    translation: data.translation,
    state: data.state,
    createdAt: readDate(data.created_at) ?? UNKNOWN_DATE,
  };
}

export function wordFields(word: Word): { id: string } & Record<string, unknown> {
  return {
    id: word.id,
    profile_id: word.profileId,
    text: word.text,
    translation: word.translation,
    state: word.state,
    created_at: word.createdAt.toISOString(),
  };
}

/** A text as it is shown. What is cut is copied: a part of a text would keep the whole of it in memory. */
function cut(text: string): string {
  return text.length <= MOST_TEXT ? text : `${[...text.slice(0, MOST_TEXT - 1)].join('')}…`;
}
