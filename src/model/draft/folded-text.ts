/**
 * Marks that may be left out in writing: accents, stress marks, the vowel points of Hebrew and Arabic, tatweel, and the
 * joiner of Indian scripts.
 */
const OPTIONAL_MARKS = /[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u200d]/gu;

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
  return text
    .toLowerCase()
    .normalize('NFKD')
    .replace(OPTIONAL_MARKS, '')
    .replace(SPELT_OTHERWISE, (letter) => SPELLINGS[letter] ?? letter)
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim();
}
