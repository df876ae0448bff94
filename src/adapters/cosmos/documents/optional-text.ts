import { z } from 'zod';

/** Most UTF-16 code units of a text that is read, whoever wrote it: far more than any text of ours has. */
const MOST_UNITS = 2_000;

/** A text of a length that can be shown and handed to others. */
export const boundedText = z.string().max(MOST_UNITS);

/** A text that a document may lack; anything else in its place, or a longer text, counts as none. */
export const optionalText = boundedText.nullable().catch(null);
