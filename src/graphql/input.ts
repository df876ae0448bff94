import { z } from 'zod';
import { MAX_RESULTS, RATINGS } from '../model/dialog-review.ts';
import { canonicalTag, TAG_LENGTH } from '../model/language-tag.ts';
import { MAX_CALLS_PER_DAY } from '../model/profile.ts';
import { isSubjectId, MAX_SUBJECT } from '../model/subject.ts';
import { MAX_TRANSLATION, MAX_WORD_TEXT, textFault } from '../model/text-fault.ts';

/** The most words, or ids of words, in one call. */
const MAX_WORDS = 1000;

/**
 * Text typed by a person. It is trimmed. It must have 1 to `max` characters (code points), at least one of them visible,
 * and no invisible ones except those that its writing system needs.
 */
function text(max: number) {
  return z
    .string()
    .trim()
    .superRefine((value, { addIssue }) => {
      const fault = textFault(value, max);
      if (fault !== null) addIssue(fault);
    });
}

export const wordText = text(MAX_WORD_TEXT);
export const wordTranslation = text(MAX_TRANSLATION);
export const profileName = text(200);
export const refVoiceId = text(200);

/** The id of a new profile. Some stores put it into URLs, in which "." and ".." are path segments with a meaning. */
export const profileId = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{1,128}$/, 'must be 1 to 128 letters, digits, "_", "-" or "."')
  .refine((id) => id !== '.' && id !== '..', 'must not be "." or ".."');

/** The subject that owns a profile. It is compared exactly, so it is not trimmed. */
export const ownerId = z
  .string()
  .refine(isSubjectId, `must have 1 to ${MAX_SUBJECT} characters, and no control characters`);

/** The key of a claim. Stores do not put it into URLs, so "." and ".." are allowed. */
export const claimKey = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{1,128}$/, 'must be 1 to 128 letters, digits, "_", "-" or "."');

/** A BCP 47 tag. It is converted to its canonical form. */
export const languageTag = z.string().transform((text, { addIssue }) => {
  const tag = canonicalTag(text);
  if (tag !== null) return tag;
  const { min, max } = TAG_LENGTH;
  addIssue(
    `must be a BCP 47 language tag of ${min} to ${max} characters, such as "en", "pt-BR" or "zh-Hant"`,
  );
  return z.NEVER;
});

/** The largest `min` and `minDialogs`. */
export const MAX_MIN_DIALOGS = 500;
export const minDialogs = bounded(0, MAX_MIN_DIALOGS);
export const maxCallsPerDay = bounded(0, MAX_CALLS_PER_DAY);
/** The most dialogs in one claim. */
export const MAX_CLAIM = 100;
export const claimCount = bounded(1, MAX_CLAIM);
/** The largest page of a connection. */
export const MAX_FIRST = 100;
export const pageSize = bounded(0, MAX_FIRST);

function bounded(min: number, max: number) {
  return z.number().refine((value) => Number.isInteger(value) && value >= min && value <= max, {
    error: ({ input }) => `must be a whole number from ${min} to ${max}, and is ${input}`,
  });
}

/** A list of at most `MAX_WORDS` entries. */
export function wordList<Item extends z.ZodType>(item: Item) {
  return z.array(item).refine((list) => list.length <= MAX_WORDS, {
    error: ({ input }) =>
      `must have at most ${MAX_WORDS} entries, and has ${Array.isArray(input) ? input.length : 0}; send the rest in another call`,
  });
}

/** The rating of a dialog. */
export const rating = bounded(RATINGS.min, RATINGS.max);

/** The longest name of a version of the prompt. */
const MAX_VERSION = 1000;
export const promptVersion = z
  .string()
  .refine((version) => version.length <= MAX_VERSION, `must have at most ${MAX_VERSION} characters`);

/** The results of a practice: 1 to `MAX_RESULTS`, each of another word. */
export const wordResults = z
  .array(z.looseObject({ wordId: z.string() }))
  .superRefine((results, { addIssue }) => {
    if (results.length < 1 || results.length > MAX_RESULTS) {
      addIssue(`must have 1 to ${MAX_RESULTS} entries, and has ${results.length}`);
    } else if (new Set(results.map(({ wordId }) => wordId)).size < results.length) {
      addIssue('must not name a word twice');
    }
  });
