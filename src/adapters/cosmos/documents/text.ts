import { z } from 'zod';

/** The longest id of a voice: 200 characters, each of which may take two UTF-16 code units. */
export const LONGEST_VOICE_ID = 400;

/** An optional text of at most `longest` UTF-16 code units. A longer text, or any other value, is read as null. */
export function optionalText(longest: number) {
  return z.string().max(longest).nullable().catch(null);
}

/** A text that is shown. It is cut to `longest` characters, of which the last is `…` then. */
export function cutText(longest: number) {
  return z.string().transform((text) => (text.length <= longest ? text : cut(text, longest)));
}

/** Counts code points, as the limits of the API do, so that a text that was accepted by the API is never cut. */
function cut(text: string, longest: number): string {
  const characters = [...text.slice(0, 2 * (longest + 1))];
  return characters.length <= longest ? text : `${characters.slice(0, longest - 1).join('')}…`;
}
