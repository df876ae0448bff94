import type { Word } from '../word.ts';

/** A tag or a comment of HTML or XML. A `<` in another place is a sign in a text, and `<<` a quotation mark. */
const TAG = '<!--|(?<!<)</?[a-z][a-z0-9-]*(?:\\s[^<>]*)?/?>';
/** A character by its name or number, as `&nbsp;` and `&#39;`. */
const ENTITY = '&(?:[a-z][a-z0-9]{1,30}|#[0-9]{1,7}|#x[0-9a-f]{1,6});';
const MARKUP = new RegExp(`${TAG}|${ENTITY}`, 'iu');
const LONGEST_QUOTE = 40;

/**
 * The first markup in a text, cut to 40 characters; null if there is none. What the word or its translation holds is
 * no markup: it is what the learner learns.
 */
export function markupIn(text: string, { text: word, translation }: Word): string | null {
  // The longer one first: the shorter may be a part of it.
  const own = [word, translation ?? ''].filter((part) => part !== '').sort((a, b) => b.length - a.length);
  const [found] = MARKUP.exec(own.reduce((rest, part) => rest.replaceAll(part, ' '), text)) ?? [];
  return found === undefined ? null : found.slice(0, LONGEST_QUOTE);
}
