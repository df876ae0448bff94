import { z } from 'zod';
import { WORD_STATES, type Word } from '../../../model/word.ts';
import { readDate, UNKNOWN_DATE } from './date.ts';
import { cutText } from './text.ts';

/** The longest text of a word. Characters are counted in UTF-16 units, of which each of our 200 may have two. */
const LONGEST_TEXT = 400;
const LONGEST_TRANSLATION = 500;

const wordDocument = z.object({
  id: z.string(),
  profile_id: z.string(),
  text: z.string().max(LONGEST_TEXT),
  // Other writers keep whole dictionary entries here, whose beginning says enough.
  translation: cutText(LONGEST_TRANSLATION).nullable().catch(null),
  state: z.enum(WORD_STATES),
  created_at: z.unknown().optional(),
});

/** The documents that are words in one of the states `@states`, in a query. A longer text is no word to be learned. */
export const IS_WORD_IN_STATES = `IS_STRING(c.text) AND LENGTH(c.text) <= ${LONGEST_TEXT} AND ARRAY_CONTAINS(@states, c.state)`;

/** Words that a dialog can be made for, in a query: a dialog's id is its word's id and a number, in 1,023 bytes at most. */
export const MAY_GET_DIALOGS = 'LENGTH(c.id) <= 250';

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
