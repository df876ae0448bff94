import { z } from 'zod';
import type { Draft } from '../../model/draft/draft.ts';
import { objectsIn } from './objects-in.ts';

/** Turns and forms after this many are ignored, because checking a hundred thousand would take long. */
const MOST_ITEMS = 100;
/** Longer forms are ignored, in characters. */
const LONGEST_FORM = 200;

const Text = z.string().trim();
const Turn = z.object({ speaker: Text, text: Text, translation: Text });
const few = z.array(z.unknown()).transform((list) => list.slice(0, MOST_ITEMS));
const Answer = z.object({
  turns: few.pipe(z.array(Turn)),
  forms: few
    .pipe(z.array(z.string()))
    .transform((forms) => forms.filter(({ length }) => length <= LONGEST_FORM))
    .catch([]),
});

/** The dialog in a model's answer, or the reason why it has none, in words that the model can act on. */
export type Reading = { readonly draft: Draft } | { readonly fault: string };

/**
 * Reads the dialog from an answer: the last JSON object that has `turns`. Models put reasoning before it, fences around
 * it, and prose on both sides.
 */
export function readAnswer(text: string): Reading {
  for (const json of objectsIn(text).reverse()) {
    const object: object = JSON.parse(json);
    if ('turns' in object) return readObject(object);
  }
  return { fault: 'the answer is not a JSON object with "turns"' };
}

function readObject(object: object): Reading {
  const parsed = Answer.safeParse(object);
  if (parsed.success) return { draft: parsed.data };
  const [issue] = parsed.error.issues;
  return { fault: `"${issue?.path.join('.')}" of the JSON object is missing or of the wrong type` };
}
