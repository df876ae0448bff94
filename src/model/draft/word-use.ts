import { foldedText } from './folded-text.ts';

/** In these scripts words stand apart, and what is added to a word is mostly not written onto its beginning. */
const SPACED = /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{N} ]+$/u;
/** A word of so few letters turns up inside many others, as `ein` does in `kein`. */
const SHORT = 3;

/**
 * Whether one of the texts uses the word, as it is or in a form that was named: case, accents and punctuation do not
 * matter, and an ending may follow (`Hunde` uses `Hund`), unless the word is so short that it must stand alone.
 * A named form is believed to be one of the word, because those of the commonest words share no letter with it
 * (`gehen`, `ging`; `be`, `was`), but it must stand in the text as it was named. The parts of a form that others
 * come between are named with dots between them (`rufe ... an`).
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
