/** Marks that are optional in writing: accents, stress marks, the vowel points of Hebrew and Arabic, tatweel. */
const OPTIONAL_MARKS = /[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]/gu;

/**
 * Folds a text for comparison: letters and digits in lower case, without optional marks, with one space in place of
 * each run of other characters. The result is empty if the text has no letter and no digit.
 */
export function foldedText(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFKD')
    .replace(OPTIONAL_MARKS, '')
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim();
}
