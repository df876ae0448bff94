import { z } from 'zod';

/** Most characters of a voice's id, in UTF-16 units, of which each of our 200 may have two. */
export const LONGEST_VOICE_ID = 400;

/** A text that a document may lack; one that is longer, and anything else in its place, counts as none. */
export function optionalText(longest: number) {
  return z.string().max(longest).nullable().catch(null);
}

/** A text for people, without what is behind the given number of characters. */
export function cutText(longest: number) {
  return z.string().transform((text) => (text.length <= longest ? text : cut(text, longest)));
}

/** Characters are counted as our own limits count them, so that what we wrote is never cut. */
function cut(text: string, longest: number): string {
  const characters = [...text.slice(0, 2 * (longest + 1))];
  return characters.length <= longest ? text : `${characters.slice(0, longest - 1).join('')}…`;
}
