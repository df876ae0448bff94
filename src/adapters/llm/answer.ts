import { z } from 'zod';
import type { Draft } from '../../model/draft/draft.ts';

const Text = z.string().trim();
const Answer = z.object({
  turns: z.array(z.object({ speaker: Text, text: Text, translation: Text })),
  forms: z.array(z.string()).catch([]),
});

/** No object that is looked for is nested so deep. It keeps the search short where braces are only opened. */
const TOO_DEEP = 20;

/** The dialog in a model's answer, or why there is none, in words that a model can act on. */
export type Reading = { readonly draft: Draft } | { readonly fault: string };

/**
 * Reads the dialog out of an answer. Models put their thoughts before it, fences around it and prose on both sides,
 * so the last JSON object that holds turns counts, wherever it stands.
 */
export function readAnswer(text: string): Reading {
  const object = objectsIn(text).findLast((found) => 'turns' in found);
  if (object === undefined) return { fault: 'the answer is not a JSON object with "turns"' };
  const parsed = Answer.safeParse(object);
  if (parsed.success) return { draft: parsed.data };
  const [issue] = parsed.error.issues;
  return { fault: `"${issue?.path.join('.')}" of the JSON object is missing or of the wrong type` };
}

function objectsIn(text: string): object[] {
  const found: object[] = [];
  for (let start = text.indexOf('{'); start !== -1; ) {
    const end = closingBrace(text, start);
    const object = end === -1 ? null : parsedObject(text.slice(start, end + 1));
    if (object !== null) found.push(object);
    start = text.indexOf('{', object === null ? start + 1 : end + 1);
  }
  return found;
}

/** Where the brace at `start` is closed, braces in strings left aside; -1 where it is not. */
function closingBrace(text: string, start: number): number {
  const tokens = /"(?:[^"\\]|\\.)*"|[{}]/gsu;
  tokens.lastIndex = start;
  let depth = 0;
  for (let token = tokens.exec(text); token !== null && depth < TOO_DEEP; token = tokens.exec(text)) {
    if (token[0] === '{') depth += 1;
    if (token[0] === '}') depth -= 1;
    if (depth === 0) return token.index;
  }
  return -1;
}

function parsedObject(json: string): object | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}
