import { withoutKey } from '../../model/secret.ts';
import { CallFailed, type FailureKind } from './call-failed.ts';
import { type ErrorBody, readErrorBody } from './error-body.ts';
import { retryAfterMs } from './retry-after.ts';

const LONGEST_DETAIL = 200;

/** In the code, the type or the message of a refusal because of what the request is about. */
const ABOUT_CONTENT =
  /content[_ ]?(filter|policy|management|exists risk)|data_?inspection|safety|moderation|flagged/iu;
/** In the code or the type of a 429 that waiting does not end. */
const ABOUT_QUOTA = /quota|billing|balance|credit/iu;

/** What the failure of a response is judged by. */
interface StatusFailureContext {
  /** What answered, as messages name it. */
  readonly server: string;
  /** The variable that configures the address, as messages name it. */
  readonly urlVariable: string;
  readonly apiKey: string | null;
  readonly now: Date;
}

/**
 * The failure of a call whose response is not a success.
 * @param body null if it could not be read
 */
export function statusFailure(
  { status, headers }: Response,
  body: Uint8Array | null,
  { server, urlVariable, apiKey, now }: StatusFailureContext,
): CallFailed {
  if (status < 400) {
    return new CallFailed(`${server} answered ${status}`, {
      kind: 'lasting',
      paid: false,
      detail: `redirects are not followed: ${urlVariable} must be the final address`,
    });
  }
  const error = readErrorBody(body);
  const code = error.codes
    .map((text) => withoutKey(text, apiKey))
    .find((text) => /^[\w.-]{1,64}$/u.test(text));
  const detail = error.message ?? error.text;
  // A provider that refuses a key may repeat parts of it.
  const mayShow = status !== 401 && status !== 403 && detail !== null;
  return new CallFailed(`${server} answered ${status}${code === undefined ? '' : ` (${code})`}`, {
    kind: kindOf(status, error),
    paid: false,
    retryAfterMs: retryAfterMs(headers, now),
    detail: mayShow ? withoutKey(detail, apiKey).slice(0, LONGEST_DETAIL) : null,
  });
}

function kindOf(status: number, { codes, message }: ErrorBody): FailureKind {
  if (status === 400 || status === 413 || status === 422) {
    return ABOUT_CONTENT.test([...codes, message].join(' ')) ? 'content' : 'request';
  }
  if (status === 429) return codes.some((code) => ABOUT_QUOTA.test(code)) ? 'lasting' : 'unavailable';
  return status === 408 || status === 409 || status === 425 || status >= 500 ? 'passing' : 'lasting';
}
