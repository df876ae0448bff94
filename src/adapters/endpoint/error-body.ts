import { z } from 'zod';
import { parsedJson } from './parsed-json.ts';

/** What the body of a refusal says. Each text is cut to 4,000 characters. */
export interface ErrorBody {
  /** The code and the type of the error, as far as they are given. */
  readonly codes: readonly string[];
  /** The message in a JSON body of a known shape; null if there is none. */
  readonly message: string | null;
  /** The whole body in one line; null if it is empty. */
  readonly text: string | null;
}

const LONGEST_TEXT = 4_000;

const text = z.string().transform((whole) => whole.slice(0, LONGEST_TEXT));
const Fields = z.object({
  code: z
    .union([text, z.number().transform(String)])
    .nullish()
    .catch(null),
  type: text.nullish().catch(null),
  message: text.nullish().catch(null),
});
const Body = z.union([
  z.object({ error: Fields }).transform((body) => body.error),
  z.object({ error: text }).transform((body) => ({ code: null, type: null, message: body.error })),
  Fields,
]);

/**
 * Reads the body of a refusal. Known shapes are `{"error": {"code", "type", "message"}}`, the same fields without
 * `error` around them, and `{"error": "…"}`.
 * @param body null if it could not be read
 */
export function readErrorBody(body: Uint8Array | null): ErrorBody {
  if (body === null) return { codes: [], message: null, text: null };
  const { code, type, message } = Body.safeParse(parsedJson(body)).data ?? {};
  const whole = new TextDecoder().decode(body.subarray(0, LONGEST_TEXT)).replace(/\s+/gu, ' ').trim();
  return {
    codes: [code, type].filter((part) => typeof part === 'string'),
    message: message ?? null,
    text: whole === '' ? null : whole,
  };
}
