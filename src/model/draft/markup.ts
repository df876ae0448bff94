import type { Word } from '../word.ts';

/** A tag or a comment of HTML or XML. Every other `<` is an ordinary character, and `<<` is a quotation mark. */
const TAG = '<!--|(?<!<)</?[a-z][a-z0-9-]*(?:\\s[^<>]*)?/?>';
/** A character reference by name or number, such as `&nbsp;` or `&#39;`. */
const ENTITY = '&(?:[a-z][a-z0-9]{1,30}|#[0-9]{1,7}|#x[0-9a-f]{1,6});';
const MARKUP = new RegExp(`${TAG}|${ENTITY}`, 'iu');
const LONGEST_QUOTE = 40;

/**
 * The first markup in a text, cut to 40 characters; null if there is none. Markup that is part of the word or its
 * translation does not count, because it is what the learner learns.
 */
export function markupIn(text: string, { text: word, translation }: Word): string | null {
  // The longer one is removed first, because the shorter one may be a part of it.
  const own = [word, translation ?? ''].filter((part) => part !== '').sort((a, b) => b.length - a.length);
  const [found] = MARKUP.exec(own.reduce((rest, part) => rest.replaceAll(part, ' '), text)) ?? [];
  return found === undefined ? null : found.slice(0, LONGEST_QUOTE);
}
