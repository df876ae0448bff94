/** The length of a tag in characters. A language, script, region and several variants fit in 35. */
export const TAG_LENGTH = { min: 2, max: 35 } as const;

/**
 * The canonical form of a BCP 47 tag. Null if the text is not a tag, or if its length or that of its canonical form is
 * outside `TAG_LENGTH`. The length is checked first, because parsing a tag of 100,000 characters takes seconds.
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
 * Shortens a tag that is longer than `TAG_LENGTH.max` by removing its extensions and private-use subtags: `de-x-…`
 * becomes `de`. If nothing is left, the result is `und`, the tag of an undetermined language. Never throws.
 */
export function shortenedTag(tag: string): string {
  if (tag.length <= TAG_LENGTH.max) return tag;
  // The last subtag may have been cut in two.
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
