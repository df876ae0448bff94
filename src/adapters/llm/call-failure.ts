import { APICallError, InvalidResponseDataError } from 'ai';
import { z } from 'zod';
import { withoutKey } from '../../model/secret.ts';

/**
 * What a failed call says about the calls to come:
 * - `content`: the provider does not write about this; another word may do
 * - `request`: the provider does not accept the request as it is
 * - `timeout`: there was no answer in time
 * - `passing`: the same call may succeed a little later
 * - `lasting`: every call would fail in this way
 */
export type FailureKind = 'content' | 'request' | 'timeout' | 'passing' | 'lasting';

/** A call without an answer. The message and the fields are for the log and hold nothing of the key. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed';
  readonly kind: FailureKind;
  /** Whether the call may have been paid for: it was sent, and the provider has not turned it down. */
  readonly paid: boolean;
  /** How long the provider asks to be left alone, null where it does not say. */
  readonly retryAfterMs: number | null;
  /** What the provider says of the failure, in short. */
  readonly detail: string | null;

  constructor(
    message: string,
    about: { kind: FailureKind; paid: boolean; retryAfterMs?: number | null; detail?: string | null },
  ) {
    super(message);
    this.kind = about.kind;
    this.paid = about.paid;
    this.retryAfterMs = about.retryAfterMs ?? null;
    this.detail = about.detail ?? null;
  }
}

/** A pause that a provider asks for is believed up to so long. */
const LONGEST_RETRY_AFTER_MS = 300_000;
const LONGEST_DETAIL = 200;

/** In the code, the type or the message of a turned down request that is about what it contains. */
const ABOUT_CONTENT =
  /content[_ ]?(filter|policy|management|exists risk)|data_?inspection|safety|moderation|flagged/iu;
/** In the code or the type of a 429 that waiting does not help. */
const ABOUT_QUOTA = /quota|billing|balance|credit/iu;

/**
 * Translates what the SDK throws. Nothing of it is passed on but what is named here: its errors hold the prompt,
 * the headers of the response and the whole body, and the errors under them may quote the key.
 */
export function callFailure(error: unknown, { key, now }: { key: string | null; now: Date }): CallFailed {
  if (InvalidResponseDataError.isInstance(error)) return unreadable();
  if (!APICallError.isInstance(error)) {
    const name = error instanceof Error ? error.name : typeof error;
    return new CallFailed(`the call could not be made (${name})`, { kind: 'lasting', paid: false });
  }
  const { statusCode: status } = error;
  const network = networkCode(error);
  if (network !== null || status === undefined) {
    const refused = network === 'ECONNREFUSED';
    const unsent = refused || network === 'ENOTFOUND' || network === 'EAI_AGAIN';
    const kind = refused ? 'lasting' : 'passing';
    return new CallFailed(`the connection failed (${network ?? 'no reason given'})`, { kind, paid: !unsent });
  }
  if (status < 300) return unreadable();
  const said = whatIsSaid(error.responseBody);
  const code = said.codes.map((text) => withoutKey(text, key)).find((text) => /^[\w.-]{1,64}$/u.test(text));
  // Whoever turns a key down may repeat parts of it.
  const showDetail = status !== 401 && status !== 403 && said.message !== null;
  return new CallFailed(`the endpoint answered ${status}${code === undefined ? '' : ` (${code})`}`, {
    kind: kindOf(status, said),
    paid: false,
    retryAfterMs: retryAfterMs(error.responseHeaders ?? {}, now),
    detail: showDetail ? withoutKey(said.message ?? '', key).slice(0, LONGEST_DETAIL) : null,
  });
}

function unreadable(): CallFailed {
  return new CallFailed('the endpoint answered what is no chat completion', { kind: 'passing', paid: true });
}

function kindOf(status: number, { codes, message }: Said): FailureKind {
  if (status === 400 || status === 413 || status === 422) {
    return ABOUT_CONTENT.test([...codes, message].join(' ')) ? 'content' : 'request';
  }
  if (status === 429) return codes.some((code) => ABOUT_QUOTA.test(code)) ? 'lasting' : 'passing';
  return status === 408 || status === 409 || status === 425 || status >= 500 ? 'passing' : 'lasting';
}

/** What an error's body says, as far as providers agree on its shape. */
interface Said {
  readonly codes: readonly string[];
  readonly message: string | null;
}

const Told = z.object({
  code: z
    .union([z.string(), z.number().transform(String)])
    .nullish()
    .catch(null),
  type: z.string().nullish().catch(null),
  message: z.string().nullish().catch(null),
});
const Body = z.union([
  z.object({ error: Told }).transform((body) => body.error),
  z.object({ error: z.string() }).transform((body) => ({ code: null, type: null, message: body.error })),
  Told,
]);

function whatIsSaid(body: string | undefined): Said {
  const parsed = Body.safeParse(parsedJson(body ?? ''));
  if (!parsed.success) return { codes: [], message: null };
  const { code, type, message } = parsed.data;
  return { codes: [code, type].filter((text) => typeof text === 'string'), message: message ?? null };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function retryAfterMs(headers: Record<string, string>, now: Date): number | null {
  const exact = Number.parseFloat(headers['retry-after-ms'] ?? '');
  const given = headers['retry-after'] ?? '';
  const seconds = /^\s*\d/u.test(given) ? Number.parseFloat(given) : Number.NaN;
  const ms = [exact, seconds * 1000, Date.parse(given) - now.getTime()].find((wait) => !Number.isNaN(wait));
  return ms === undefined ? null : Math.min(Math.max(ms, 0), LONGEST_RETRY_AFTER_MS);
}

/** The system's or the HTTP client's code of what befell the connection, from under the SDK's error. */
function networkCode(error: Error): string | null {
  let { cause } = error;
  for (let depth = 0; cause instanceof Error && depth < 5; depth += 1) {
    if ('code' in cause && typeof cause.code === 'string' && /^[A-Z][A-Z_]+$/u.test(cause.code))
      return cause.code;
    cause = cause.cause;
  }
  return null;
}
