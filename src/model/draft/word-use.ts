import { foldedText, markedText } from './folded-text.ts';

/** Scripts that separate words by spaces, and in which words are mostly changed at the end. */
const SPACED = /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{N} ]+$/u;
/** A word of at most this many characters is inside many other words, as `ein` is inside `kein`. */
const SHORT = 3;
const SHORT_LATIN = new RegExp(`^[\\p{Script=Latin} ]{1,${SHORT}}$`, 'u');

/** A text as it is compared with others, without and with the marks of its letters. */
interface Wording {
  readonly folded: string;
  readonly marked: string;
}

/**
 * Whether one of the texts uses the word itself or one of its named forms. Case, punctuation and variants of letters (`ß`
 * and `ss`) are ignored, and so are accents, because spellings and keyboards differ and a refused dialog is paid for.
 * - The word may be part of a longer word (`Hunde` uses `Hund`), unless it is short.
 * - If a short word in Latin letters has accents, they must be in the text too, because there are often other words that
 *   differ in them alone (`là`, `la`; `bán`, `bạn`).
 * - A named form must be in the text as whole words. It is not checked whether it is a form of the word, because forms of
 *   common words may share no letter with it (`gehen`, `ging`; `be`, `was`).
 * - A form whose parts are separated by other words is named with dots (`rufe ... an`).
 */
export function usesWord(texts: readonly string[], word: string, forms: readonly string[]): boolean {
  const wording = wordingOf(word);
  if (wording.folded === '') return texts.some((text) => text.includes(word.trim()));
  const parts = forms
    .map((form) => form.split(/\.{2,}|…/u).map(wordingOf))
    .filter((form) => form.some(({ folded }) => folded !== ''));
  const needMarks = [wording, ...parts.flat()].some(needsMarks);
  return texts.some((text) => {
    const within = { folded: foldedText(text), marked: needMarks ? markedText(text) : '' };
    const isThere =
      wording.folded.length > SHORT ? within.folded.includes(wording.folded) : hasWhole(within, wording);
    return isThere || parts.some((form) => form.every((part) => hasWhole(within, part)));
  });
}

function wordingOf(text: string): Wording {
  return { folded: foldedText(text), marked: markedText(text) };
}

function needsMarks({ folded, marked }: Wording): boolean {
  return SHORT_LATIN.test(folded) && marked !== folded;
}

function hasWhole(text: Wording, part: Wording): boolean {
  if (!SPACED.test(part.folded)) return text.folded.includes(part.folded);
  const form = needsMarks(part) ? 'marked' : 'folded';
  return ` ${text[form]} `.includes(` ${part[form]} `);
}
