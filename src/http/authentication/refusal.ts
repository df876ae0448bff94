import {
  AuthenticationUnavailable,
  type CodedError,
  Forbidden,
  TooManyRequests,
  Unauthenticated,
} from '../../model/errors.ts';
import { refusal } from '../error-response.ts';

/** How long a client should wait if credentials cannot be checked, in seconds. */
const RETRY_AFTER_S = 5;

/**
 * The response to a request that is refused before it is parsed: its credentials are missing, not valid, not sufficient
 * or cannot be checked, or its caller has sent too many.
 * @param retryAfter after how many seconds the client may try again, if the error can pass
 */
export function refusalOf(error: CodedError, retryAfter: number = RETRY_AFTER_S): Response {
  const { code, message, retryable } = error;
  const headers = {
    ...(retryable && { 'retry-after': String(retryAfter) }),
    ...(error instanceof Unauthenticated && { 'www-authenticate': challengeOf(error) }),
  };
  return refusal(statusOf(error), message, { code, ...(retryable && { retryable }) }, headers);
}

function statusOf(error: CodedError): number {
  if (error instanceof Unauthenticated) return 401;
  if (error instanceof Forbidden) return 403;
  if (error instanceof TooManyRequests) return 429;
  return error instanceof AuthenticationUnavailable ? 503 : 500;
}

/** The messages contain no quotation marks. */
function challengeOf({ message, hasCredentials }: Unauthenticated): string {
  const realm = 'Bearer realm="dialog-pool"';
  return hasCredentials ? `${realm}, error="invalid_token", error_description="${message}"` : realm;
}
