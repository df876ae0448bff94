import { readUpTo } from '../../model/read-up-to.ts';
import { withoutKey } from '../../model/secret.ts';
import { SentenceFailed, VoiceFailed } from '../../ports/voice.ts';

/** An attempt failed in a way that another attempt may not. */
export class MayPass extends Error {
  /** The failure to report when the retries are used up. */
  readonly lasting: SentenceFailed | VoiceFailed;
  /** The pause that the server asked for, in milliseconds; null if it did not ask. */
  readonly pauseMs: number | null;

  constructor(lasting: SentenceFailed | VoiceFailed, pauseMs: number | null) {
    super(lasting.message);
    this.lasting = lasting;
    this.pauseMs = pauseMs;
  }
}

/** Answers that have nothing to do with the sentence: a refused key, no credit, a wrong address or model. */
const REFUSED_AS_A_WHOLE = [401, 402, 403, 404, 405];
const TOO_MANY = 429;
const MAY_PASS = [408, 409, 425, TOO_MANY];
/** A server that asks for a longer pause is not waited for: what is silent is taken up by the next top-up. */
const LONGEST_PAUSE_MS = 10_000;
/** The connection was made and then lost. Any other failure of it would meet every sentence. */
const LOST = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH'];

/** What an answer that is no success means; consumes its body. */
export async function failureOfStatus(
  response: Response,
  apiKey: string | null,
): Promise<MayPass | SentenceFailed | VoiceFailed> {
  const { status } = response;
  const message = `the speech service answered ${status}${await detail(response, apiKey)}`;
  if (status < 400 || REFUSED_AS_A_WHOLE.includes(status)) return new VoiceFailed(message);
  const lasting = status === TOO_MANY ? new VoiceFailed(message) : new SentenceFailed(message);
  if (status < 500 && !MAY_PASS.includes(status)) return lasting;
  const pauseMs = pauseAskedFor(response.headers.get('retry-after'));
  return pauseMs !== null && pauseMs > LONGEST_PAUSE_MS ? lasting : new MayPass(lasting, pauseMs);
}

/** What an error thrown by `fetch`, or while a body was read, means; failures already named pass through. */
export function failureWithoutAnswer(error: unknown, timeoutMs: number): unknown {
  if (!(error instanceof Error)) return error;
  if (error.name === 'TimeoutError') {
    return new SentenceFailed(`the speech service did not answer within ${timeoutMs} ms`);
  }
  // What `fetch` throws has its cause under it. Without one it is a defect of ours.
  if (!(error instanceof TypeError) || error.cause === undefined) return error;
  const code = codeOf(error.cause);
  const message = `the connection to the speech service failed${code === null ? '' : ` (${code})`}`;
  const lost = code !== null && LOST.includes(code);
  return new MayPass(lost ? new SentenceFailed(message) : new VoiceFailed(message), null);
}

/** The beginning of what the server said, in one line; nothing of one that turns a key down: it may repeat parts. */
async function detail(response: Response, apiKey: string | null): Promise<string> {
  try {
    const bytes = await readUpTo(response.body, 16 * 1024);
    const text = new TextDecoder()
      .decode(bytes ?? undefined)
      .replace(/\s+/g, ' ')
      .trim();
    if (text === '' || response.status === 401 || response.status === 403) return '';
    return `: ${withoutKey(text, apiKey).slice(0, 200)}`;
  } catch {
    return '';
  }
}

/** Of a Retry-After header, in seconds or as a date. */
function pauseAskedFor(header: string | null): number | null {
  if (header === null) return null;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? null : Math.max(0, ms);
}

function codeOf(cause: unknown): string | null {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : null;
}
