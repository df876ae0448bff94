import { z } from 'zod';
import { GRADES } from '../../model/review.ts';
import type { Note, NoteType } from '../../ports/decks.ts';

/*
 * What the process that reads a package writes to its standard output: lines of JSON. First a line with the note types, then
 * lines with notes, then a line that says that there are no more. A line with a fault of the package, or with a failure of
 * this machine, may come at any time and is the last.
 */

export type Message =
  | { readonly noteTypes: readonly NoteType[] }
  | { readonly notes: readonly Note[] }
  | { readonly end: true }
  | { readonly fault: string }
  | { readonly failure: string };

const integer = z.number().refine(Number.isSafeInteger);

const noteType = z.strictObject({
  id: integer,
  name: z.string(),
  fields: z.array(z.string()),
  notes: integer,
  sample: z.array(z.string()).nullable(),
});

const card = z.strictObject({
  isNew: z.boolean(),
  isSuspended: z.boolean(),
  intervalDays: integer,
  reviews: z.array(z.strictObject({ at: integer, grade: z.enum(GRADES) })),
});

const note = z.strictObject({
  id: integer,
  noteTypeId: integer,
  fields: z.array(z.string()),
  cards: z.array(card),
});

const message: z.ZodType<Message> = z.union([
  z.strictObject({ noteTypes: z.array(noteType) }),
  z.strictObject({ notes: z.array(note) }),
  z.strictObject({ end: z.literal(true) }),
  z.strictObject({ fault: z.string() }),
  z.strictObject({ failure: z.string() }),
]);

/** @throws if the line is no message */
export function parseMessage(line: string): Message {
  return message.parse(JSON.parse(line));
}
