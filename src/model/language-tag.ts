/** The shortest and the longest tag, in characters. Every language, script, region and several variants fit in. */
export const TAG_LENGTH = { min: 2, max: 35 } as const;

/**
 * A BCP 47 tag in its canonical form; null if the text is none, or is out of `TAG_LENGTH` before or after. The length
 * is checked first: to parse a tag of some hundred thousand characters takes seconds.
 */
export function canonicalTag(text: string): string | null {
  if (!hasTagLength(text)) return null;
  try {
    const [tag = ''] = Intl.getCanonicalLocales(text);
    return hasTagLength(tag) ? tag : null;
  } catch {
    return null;
  }
}

/**
 * A tag without its extensions and private use if it is too long, since those alone make a tag long: `de-x-…` is
 * `de`. A tag that is too long all the same is `und`, which stands for an unknown language. Never throws.
 */
export function shortenedTag(tag: string): string {
  if (tag.length <= TAG_LENGTH.max) return tag;
  // The last one may be cut off.
  const subtags = tag
    .slice(0, TAG_LENGTH.max + 1)
    .split('-')
    .slice(0, -1);
  const singleton = subtags.findIndex((subtag) => subtag.length === 1);
  return subtags.slice(0, singleton === -1 ? undefined : singleton).join('-') || 'und';
}

function hasTagLength({ length }: string): boolean {
  return length >= TAG_LENGTH.min && length <= TAG_LENGTH.max;
}
