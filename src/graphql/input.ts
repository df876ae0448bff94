import { z } from 'zod';
import { canonicalTag, TAG_LENGTH } from '../model/language-tag.ts';
import { hiddenCharacter, isVisible } from '../model/visible-text.ts';

/** Most words in one call, and most ids. */
const MAX_WORDS = 1000;
/** Most characters of a word's text. */
const MAX_TEXT = 200;

const control = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

/**
 * Text typed by a person: trimmed, with a length in characters (code points), something to be seen, and nothing that
 * cannot be seen but what its writing needs.
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

function textFault(value: string, max: number): string | null {
  const length = charactersOf(value);
  if (length < 1 || length > max) return `must have 1 to ${max} characters, and has ${length}`;
  if (control.test(value)) return 'must not contain control characters or broken Unicode';
  const hidden = hiddenCharacter(value);
  if (hidden !== null) return `must not contain the invisible character ${hidden}; send it without`;
  return isVisible(value) ? null : 'must have a visible character';
}

/** Code points. Counted without a copy, since the text may still be megabytes long. */
function charactersOf(value: string): number {
  let count = 0;
  for (const _ of value) count += 1;
  return count;
}

export const wordText = text(MAX_TEXT);
export const wordTranslation = text(500);
export const profileName = text(200);
export const refVoiceId = text(200);

/** A profile's own id. Ids are parts of URLs at some stores, where the two refused ones are steps and not names. */
export const profileId = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{1,128}$/, 'must be 1 to 128 of letters, digits, "_", "-" and "."')
  .refine((id) => id !== '.' && id !== '..', 'must not be "." or ".."');

/** Names a claim. Not an id of anything stored, so every text of the alphabet will do. */
export const claimKey = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{1,128}$/, 'must be 1 to 128 of letters, digits, "_", "-" and "."');

/** A BCP 47 tag, brought into its canonical form. */
export const languageTag = z.string().transform((text, { addIssue }) => {
  const tag = canonicalTag(text);
  if (tag !== null) return tag;
  const { min, max } = TAG_LENGTH;
  addIssue(
    `must be a BCP 47 language tag of ${min} to ${max} characters, such as "en", "pt-BR" or "zh-Hant"`,
  );
  return z.NEVER;
});

/** `min` and `minDialogs`. */
export const MAX_MIN_DIALOGS = 500;
export const minDialogs = bounded(0, MAX_MIN_DIALOGS);
/** How many dialogs to claim at once. */
export const MAX_CLAIM = 100;
export const claimCount = bounded(1, MAX_CLAIM);
/** Most nodes of a connection that are read at once. */
export const MAX_FIRST = 100;
/** How many nodes of a connection to read at once. */
export const pageSize = bounded(0, MAX_FIRST);

function bounded(min: number, max: number) {
  return z.number().refine((value) => Number.isInteger(value) && value >= min && value <= max, {
    error: ({ input }) => `must be a whole number from ${min} to ${max}, and is ${input}`,
  });
}

/** A list of 1,000 entries at most. */
export function upTo1000<Item extends z.ZodType>(item: Item) {
  return z.array(item).refine((list) => list.length <= MAX_WORDS, {
    error: ({ input }) =>
      `must have at most ${MAX_WORDS} entries, and has ${Array.isArray(input) ? input.length : 0}; send the rest in another call`,
  });
}
