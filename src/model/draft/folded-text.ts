/** The vowel points of Hebrew and Arabic, tatweel, and the joiner of Indian scripts. */
const POINTS = '\\u0591-\\u05c7\\u0610-\\u061a\\u0640\\u064b-\\u065f\\u0670\\u200d';
/** Marks that may be left out in writing. To these belong accents and stress marks. */
const OPTIONAL_MARKS = new RegExp(`[\\u0300-\\u036f${POINTS}]`, 'gu');
/**
 * Marks that make no other letter: those that mostly dictionaries and textbooks write (macrons, double graves, inverted
 * breves), and the dot that an `İ` leaves over its `i`.
 */
const DICTIONARY_MARKS = new RegExp(`(?<=i)\\u0307|[\\u0304\\u030f\\u0311${POINTS}]`, 'gu');
/** A tone mark of Vietnamese and the rest of its syllable. */
const TONE = /([\u0300\u0301\u0303\u0309\u0323])([\p{L}\p{M}]+)/gu;

/**
 * Letters for which keyboards and spellings differ: the Turkish `ı`, which `I` stands for as well, ligatures, `ß`, the
 * Arabic letters that Persian has others for, and the apostrophes that are letters of Ukrainian and Uzbek.
 */
const SPELLINGS: Readonly<Record<string, string>> = {
  ı: 'i',
  ß: 'ss',
  œ: 'oe',
  æ: 'ae',
  '\u0643': '\u06a9',
  '\u064a': '\u06cc',
  '\u0649': '\u06cc',
  '\u02bb': "'",
  '\u02bc': "'",
};
const SPELT_OTHERWISE = new RegExp(`[${Object.keys(SPELLINGS).join('')}]`, 'gu');

/**
 * Folds a text for comparison: letters and digits in lower case, in one of their spellings, without optional marks, with
 * one space in place of each run of other characters. The result is empty if the text has no letter and no digit.
 */
export function foldedText(text: string): string {
  return spaced(decomposed(text, OPTIONAL_MARKS).normalize('NFC'));
}

/**
 * Folds a text as `foldedText` does, but keeps the marks that make another letter or tone of a Latin letter. Spellings of
 * the same word are folded: a tone mark stands at the end of its word (`hoà` and `hòa` are two styles of Vietnamese), and
 * the cedilla is a comma, as in Romanian.
 */
export function markedText(text: string): string {
  return spaced(
    decomposed(text, DICTIONARY_MARKS).replaceAll('\u0327', '\u0326').replace(TONE, '$2$1').normalize('NFC'),
  );
}

function decomposed(text: string, ignored: RegExp): string {
  return text
    .toLowerCase()
    .normalize('NFKD')
    .replace(ignored, '')
    .replace(SPELT_OTHERWISE, (letter) => SPELLINGS[letter] ?? letter);
}

function spaced(text: string): string {
  return text.replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ').trim();
}
