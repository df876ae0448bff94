import { z } from 'zod';

/** A text that a document may lack; anything else in its place counts as none. */
export const optionalText = z.string().nullable().catch(null);
