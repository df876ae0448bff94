import { z } from 'zod';
import { withoutKey } from '../../model/secret.ts';
import { parsedJson } from './completion.ts';

/**
 * What a failed call says about the calls to come:
 * - `content`: the provider does not write about this; another word may do
 * - `answer`: the answer is too large to be read; another word may get a better one
 * - `request`: the provider does not accept the request as it is
 * - `timeout`: there was no answer in time
 * - `passing`: the same call may succeed a little later
 * - `lasting`: every call would fail in this way
 */
export type FailureKind = 'content' | 'answer' | 'request' | 'timeout' | 'passing' | 'lasting';

/** A call without an answer. The message and the fields are for the log and hold nothing of the key. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed';
  readonly kind: FailureKind;
  /** Whether the call may have been paid for: it was sent, and the provider has not turned it down. */
  readonly paid: boolean;
  /** How long the provider asks to wait, in milliseconds; null if it does not say. */
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

/** Bodies of errors may be long; so much of the message is looked at. */
const LONGEST_MESSAGE = 4_000;
/** Codes of connections that were never made, so that nothing was sent. */
const UNSENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'];

/** What an error means that was thrown while a response was waited for or read. Nothing of it is passed on but its code. */
export function connectionFailure(error: unknown): CallFailed {
  const code = errorCode(error);
  return new CallFailed(`the connection failed (${code ?? 'no reason given'})`, {
    kind: code === 'ECONNREFUSED' ? 'lasting' : 'passing',
    paid: code === null || !UNSENT.includes(code),
  });
}

/**
 * What a response means that is no success.
 * @param body null if it could not be read
 */
export function statusFailure(
  { status, headers }: Response,
  body: Uint8Array | null,
  { key, now }: { key: string | null; now: Date },
): CallFailed {
  if (status < 400) {
    return new CallFailed(`the endpoint answered ${status}`, {
      kind: 'lasting',
      paid: false,
      detail: 'redirects are not followed: LLM_BASE_URL must be the address that answers itself',
    });
  }
  const said = whatIsSaid(body);
  const code = said.codes.map((text) => withoutKey(text, key)).find((text) => /^[\w.-]{1,64}$/u.test(text));
  // A provider that turns a key down may repeat parts of it.
  const showDetail = status !== 401 && status !== 403 && said.message !== null;
  return new CallFailed(`the endpoint answered ${status}${code === undefined ? '' : ` (${code})`}`, {
    kind: kindOf(status, said),
    paid: false,
    retryAfterMs: retryAfterMs(headers, now),
    detail: showDetail ? withoutKey(said.message ?? '', key).slice(0, LONGEST_DETAIL) : null,
  });
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

const text = z.string().transform((whole) => whole.slice(0, LONGEST_MESSAGE));
const Told = z.object({
  code: z
    .union([text, z.number().transform(String)])
    .nullish()
    .catch(null),
  type: text.nullish().catch(null),
  message: text.nullish().catch(null),
});
const Body = z.union([
  z.object({ error: Told }).transform((body) => body.error),
  z.object({ error: text }).transform((body) => ({ code: null, type: null, message: body.error })),
  Told,
]);

function whatIsSaid(body: Uint8Array | null): Said {
  const { data } = Body.safeParse(body && parsedJson(body));
  if (data === undefined) return { codes: [], message: null };
  const { code, type, message } = data;
  return { codes: [code, type].filter((part) => typeof part === 'string'), message: message ?? null };
}

function retryAfterMs(headers: Headers, now: Date): number | null {
  const exact = Number.parseFloat(headers.get('retry-after-ms') ?? '');
  const given = headers.get('retry-after') ?? '';
  const seconds = /^\s*\d/u.test(given) ? Number.parseFloat(given) : Number.NaN;
  const ms = [exact, seconds * 1000, Date.parse(given) - now.getTime()].find((wait) => !Number.isNaN(wait));
  return ms === undefined ? null : Math.min(Math.max(ms, 0), LONGEST_RETRY_AFTER_MS);
}

/** The system's or the HTTP client's code of what befell the connection, from the error or one under it. */
function errorCode(error: unknown): string | null {
  let inner = error;
  for (let depth = 0; inner instanceof Error && depth < 6; depth += 1) {
    if ('code' in inner && typeof inner.code === 'string' && /^[A-Z][A-Z_]+$/u.test(inner.code))
      return inner.code;
    inner = inner.cause;
  }
  return null;
}
