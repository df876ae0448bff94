import type { Dialog } from '../model/dialog.ts';
import { usesWord } from '../model/draft/word-use.ts';
import type { Word } from '../model/word.ts';

/** What can be seen of a dialog without asking anyone. */
export interface SelfCheck {
  /** The share of the dialog's other words that the learner knows, 0 to 1; 0 if it has no other words. */
  readonly knownShare: number;
  /** Whether the word that the dialog is for, or a form of it, is in the text. */
  readonly targetUsed: boolean;
}

const LONGEST_TEXT = 8_000;
const MOST_WORDS = 300;

/**
 * The distinct words of a text in the order of their first use, at most 300: letters and digits in lower case. At most
 * 8,000 characters are read. Words of languages without spaces are found by the dictionary of `Intl.Segmenter`.
 * @param language BCP 47 tag of the text; a tag that is not well formed counts as English
 */
export function wordsIn(text: string, language: string): string[] {
  const words = new Set<string>();
  for (const { segment, isWordLike } of segmenter(language).segment(text.slice(0, LONGEST_TEXT))) {
    if (isWordLike !== true) continue;
    words.add(segment.normalize('NFKC').toLowerCase());
    if (words.size === MOST_WORDS) break;
  }
  return [...words];
}

/**
 * Checks a dialog locally: whether it uses its word, and how many of its other words the learner knows.
 * @param language BCP 47 tag of the turns' text
 * @param knownTexts the texts of words that the learner knows. Those that `wordsIn` does not find are of no use.
 */
export function selfCheck(
  { turns }: Pick<Dialog, 'turns'>,
  { text: target }: Pick<Word, 'text'>,
  language: string,
  knownTexts: Iterable<string>,
): SelfCheck {
  const texts = turns.map(({ text }) => text);
  const targets = new Set(wordsIn(target, language));
  const others = wordsIn(texts.join('\n'), language).filter((word) => !targets.has(word));
  const known = new Set([...knownTexts].map((text) => text.normalize('NFKC').toLowerCase()));
  const share = others.filter((word) => known.has(word)).length / Math.max(1, others.length);
  return { knownShare: share, targetUsed: usesWord(texts, target, []) };
}

function segmenter(language: string): Intl.Segmenter {
  try {
    return new Intl.Segmenter(language, { granularity: 'word' });
  } catch {
    return new Intl.Segmenter('en', { granularity: 'word' });
  }
}
