import { z } from 'zod';
import type { Usage } from '../../model/spend.ts';
import { parsedJson } from '../endpoint/parsed-json.ts';

/** The answer of the model to one call. */
export interface ChatAnswer {
  /** The text without the reasoning that the provider sends in a field of its own. */
  readonly text: string;
  /** Why the text ends: it is complete, it reached a limit of length, or the model or a filter refused to write it. */
  readonly ending: 'done' | 'length' | 'refused';
  readonly usage: Usage;
}

const parts = z
  .array(z.looseObject({ type: z.string() }))
  .transform((list) =>
    list.map((part) => (part.type === 'text' && 'text' in part ? part.text : '')).join(''),
  );

/** A number larger than any model can use in one call counts as unknown. */
const tokens = z.int().min(0).max(10_000_000).nullable().catch(null);

const Completion = z.object({
  choices: z.tuple(
    [
      z.object({
        message: z
          .object({
            content: z.union([z.string(), parts]).nullish(),
            refusal: z.string().nullish().catch(null),
          })
          .nullish(),
        finish_reason: z.string().nullish(),
      }),
    ],
    z.unknown(),
  ),
  usage: z.object({ prompt_tokens: tokens, completion_tokens: tokens }).nullish().catch(null),
});

/** Reads the body of a response; null if it is not a chat completion. */
export function readCompletion(body: Uint8Array): ChatAnswer | null {
  const { data } = Completion.safeParse(parsedJson(body));
  if (data === undefined) return null;
  const [{ message, finish_reason }] = data.choices;
  // A filter may leave nothing of the message.
  const isRefused = finish_reason === 'content_filter' || Boolean(message?.refusal);
  if (!message && !isRefused) return null;
  return {
    text: message?.content ?? '',
    ending: isRefused ? 'refused' : finish_reason === 'length' ? 'length' : 'done',
    usage: {
      inputTokens: data.usage?.prompt_tokens ?? null,
      outputTokens: data.usage?.completion_tokens ?? null,
    },
  };
}
