import {
  AuthenticationUnavailable,
  type CodedError,
  Forbidden,
  Unauthenticated,
} from '../../model/errors.ts';

/** How long a client should wait before it tries again, in seconds. */
const RETRY_AFTER = '5';

/** The response to a request whose credentials are missing, not valid, not sufficient or cannot be checked. */
export function refusal(error: CodedError): Response {
  const { code, message, retryable } = error;
  const body = { errors: [{ message, extensions: { code, ...(retryable && { retryable }) } }] };
  return Response.json(body, { status: statusOf(error), headers: headersOf(error) });
}

function statusOf(error: CodedError): number {
  if (error instanceof Unauthenticated) return 401;
  if (error instanceof Forbidden) return 403;
  return error instanceof AuthenticationUnavailable ? 503 : 500;
}

function headersOf(error: CodedError): Record<string, string> {
  const cache = { 'cache-control': 'no-store' };
  if (error instanceof AuthenticationUnavailable) return { ...cache, 'retry-after': RETRY_AFTER };
  if (!(error instanceof Unauthenticated)) return cache;
  return { ...cache, 'www-authenticate': challengeOf(error) };
}

/** The messages contain no quotation marks. */
function challengeOf({ message, hasCredentials }: Unauthenticated): string {
  const realm = 'Bearer realm="dialog-pool"';
  return hasCredentials ? `${realm}, error="invalid_token", error_description="${message}"` : realm;
}
