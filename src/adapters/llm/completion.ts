import { z } from 'zod';
import type { Usage } from '../../model/spend.ts';
import { parsedJson } from '../endpoint/parsed-json.ts';

/** What came back from a call. */
export interface ChatAnswer {
  /** Without the thoughts that the provider tells apart from it. */
  readonly text: string;
  /** Why the text ends: the model was done, it reached a limit of length, or it or a filter refuses. */
  readonly ending: 'done' | 'length' | 'refused';
  readonly usage: Usage;
}

const parts = z
  .array(z.looseObject({ type: z.string() }))
  .transform((list) =>
    list.map((part) => (part.type === 'text' && 'text' in part ? part.text : '')).join(''),
  );

/** More than any model takes or gives in one call counts as not told. */
const tokens = z.int().min(0).max(10_000_000).nullable().catch(null);

const Completion = z.object({
  choices: z.tuple(
    [
      z.object({
        message: z.object({
          content: z.union([z.string(), parts]).nullish(),
          refusal: z.string().nullish().catch(null),
        }),
        finish_reason: z.string().nullish(),
      }),
    ],
    z.unknown(),
  ),
  usage: z.object({ prompt_tokens: tokens, completion_tokens: tokens }).nullish().catch(null),
});

/** Reads the body of a response; null if it is no chat completion. */
export function readCompletion(body: Uint8Array): ChatAnswer | null {
  const { data } = Completion.safeParse(parsedJson(body));
  if (data === undefined) return null;
  const [{ message, finish_reason }] = data.choices;
  const isRefused = finish_reason === 'content_filter' || Boolean(message.refusal);
  return {
    text: message.content ?? '',
    ending: isRefused ? 'refused' : finish_reason === 'length' ? 'length' : 'done',
    usage: {
      inputTokens: data.usage?.prompt_tokens ?? null,
      outputTokens: data.usage?.completion_tokens ?? null,
    },
  };
}
