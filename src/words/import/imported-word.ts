import type { Memory } from '../../model/memory.ts';
import { MAX_TRANSLATION, MAX_WORD_TEXT, textFault } from '../../model/text-fault.ts';
import type { WordState } from '../../model/word.ts';

/** A word of an import, checked against the limits of words. */
export interface ImportedWord {
  readonly text: string;
  readonly translation: string | null;
  readonly state: WordState;
  /** Null if the import has none. */
  readonly memory: Memory | null;
  /** Null if the import does not say when the word was added. */
  readonly createdAt: Date | null;
}

/** An entry of an import that is not taken. */
export interface RejectedEntry {
  /** The number of the entry, such as its line, from 1. */
  readonly entry: number;
  /** Why it is not taken, as a sentence that says what to change. */
  readonly reason: string;
}

/** What became of one entry of an import when it was read. */
export type ReadEntry = RejectedEntry | { readonly entry: number; readonly word: ImportedWord };

/** The cells of an entry as they stand in the import. */
export interface EntryCells {
  readonly text: string;
  readonly translation: string;
  readonly state: WordState;
  readonly memory: Memory | null;
  readonly createdAt: Date | null;
}

/**
 * Checks the text and the translation of an entry of any source. White space at both ends is removed, and a line break within
 * becomes a blank.
 */
export function checkedEntry(entry: number, { text, translation, ...others }: EntryCells): ReadEntry {
  const word = { text: onOneLine(text), translation: onOneLine(translation) || null, ...others };
  const ofText = textFault(word.text, MAX_WORD_TEXT);
  if (ofText !== null) return { entry, reason: `The text ${ofText}.` };
  const ofTranslation = word.translation === null ? null : textFault(word.translation, MAX_TRANSLATION);
  if (ofTranslation !== null) return { entry, reason: `The translation ${ofTranslation}.` };
  return { entry, word };
}

/** A word has no line breaks and no tabs. Other white space stays as it is. */
function onOneLine(cell: string): string {
  const parts = cell.split(/[\t\n\v\f\r\u0085\u2028\u2029]/u).map((part) => part.trim());
  return parts.filter((part) => part !== '').join(' ');
}
