import { usesWord } from '../model/draft/word-use.ts';
import type { CheckDialog } from '../ports/dialog-check.ts';

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

/** Checks a dialog as the port says. Known texts that `wordsIn` does not find, such as phrases, are of no use. */
export const selfCheck: CheckDialog = ({ turns, forms = [] }, { text: target }, language, knownTexts) => {
  const texts = turns.map(({ text }) => text);
  const targets = new Set(wordsIn(target, language));
  const others = wordsIn(texts.join('\n'), language).filter((word) => !targets.has(word));
  const known = new Set([...knownTexts].map((text) => text.normalize('NFKC').toLowerCase()));
  const share = others.filter((word) => known.has(word)).length / Math.max(1, others.length);
  return { knownShare: share, targetUsed: usesWord(texts, target, forms), language };
};

function segmenter(language: string): Intl.Segmenter {
  try {
    return new Intl.Segmenter(language, { granularity: 'word' });
  } catch {
    return new Intl.Segmenter('en', { granularity: 'word' });
  }
}
