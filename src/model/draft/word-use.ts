import { foldedText } from './folded-text.ts';

/** Scripts that separate words by spaces, and in which words are mostly changed at the end. */
const SPACED = /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{N} ]+$/u;
/** A word of at most this many characters is inside many other words, as `ein` is inside `kein`. */
const SHORT = 3;

/**
 * Whether one of the texts uses the word itself or one of its named forms. Case, accents, punctuation and
 * variants of letters (`ß` and `ss`) are ignored.
 * - The word may be part of a longer word (`Hunde` uses `Hund`), unless it is short.
 * - A named form must be in the text as whole words. It is not checked whether it is a form of the word, because forms of
 *   common words may share no letter with it (`gehen`, `ging`; `be`, `was`).
 * - A form whose parts are separated by other words is named with dots (`rufe ... an`).
 */
export function usesWord(texts: readonly string[], word: string, forms: readonly string[]): boolean {
  const wording = foldedText(word);
  if (wording === '') return texts.some((text) => text.includes(word.trim()));
  const parts = forms
    .map((form) => form.split(/\.{2,}|…/u).map(foldedText))
    .filter((form) => form.join('') !== '');
  return texts.map(foldedText).some((text) => {
    if (wording.length > SHORT ? text.includes(wording) : hasWhole(text, wording)) return true;
    return parts.some((form) => form.every((part) => hasWhole(text, part)));
  });
}

function hasWhole(text: string, part: string): boolean {
  return SPACED.test(part) ? ` ${text} `.includes(` ${part} `) : text.includes(part);
}
