import { hiddenCharacter, isVisible } from './visible-text.ts';

/** The longest text of a word, in characters. */
export const MAX_WORD_TEXT = 200;
/** The longest translation of a word, in characters. */
export const MAX_TRANSLATION = 500;

const CONTROL = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

/**
 * What is wrong with a trimmed text that a person typed, as the end of a sentence; null if nothing is. The text must have
 * 1 to `max` characters (code points), at least one of them visible, and no invisible ones except those that its writing
 * system needs.
 */
export function textFault(value: string, max: number): string | null {
  const length = charactersOf(value);
  if (length < 1 || length > max) return `must have 1 to ${max} characters, and has ${length}`;
  if (CONTROL.test(value)) return 'must not contain control characters or broken Unicode';
  const hidden = hiddenCharacter(value);
  if (hidden !== null) return `must not contain the invisible character ${hidden}; remove it`;
  return isVisible(value) ? null : 'must have a visible character';
}

/** Counts code points without a copy of the text, which may be megabytes long. */
function charactersOf(value: string): number {
  let count = 0;
  for (let i = 0; i < value.length; i += (value.codePointAt(i) ?? 0) > 0xffff ? 2 : 1) count += 1;
  return count;
}
