import type { Log } from '../ports/log.ts';
import { maskErrors } from './mask-error.ts';

/** The status of an answer outside of GraphQL, by the code of its error. */
const STATUSES: ReadonlyMap<unknown, number> = new Map([
  ['BAD_USER_INPUT', 400],
  ['FORBIDDEN', 403],
  ['PROFILE_NOT_FOUND', 404],
  ['TOO_MANY_REQUESTS', 429],
  ['STORE_UNAVAILABLE', 503],
]);
/** How long a client should wait before it repeats a request that can succeed later, in seconds. */
const RETRY_AFTER_S = '5';
const BAD_USER_INPUT = { code: 'BAD_USER_INPUT' };

/** Answers a request outside of GraphQL with an error in GraphQL's form. Errors are masked and logged as GraphQL's are. */
export function errorResponse(log: Log): (error: unknown) => Response {
  const mask = maskErrors(log);
  return (error) => {
    const { message, extensions } = mask(error);
    const { http, ...shown } = extensions;
    const status = http?.status ?? STATUSES.get(extensions.code) ?? 500;
    const headers = { ...(extensions.retryable === true && { 'retry-after': RETRY_AFTER_S }) };
    return refusal(status, message, shown, headers);
  };
}

/** An answer with one error in GraphQL's form. It is never cached. */
export function refusal(
  status: number,
  message: string,
  extensions: Readonly<Record<string, unknown>> = BAD_USER_INPUT,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(errorBody(message, extensions), {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  });
}

/** The body of an answer with one error in GraphQL's form. */
export function errorBody(
  message: string,
  extensions: Readonly<Record<string, unknown>> = BAD_USER_INPUT,
): string {
  return JSON.stringify({ errors: [{ message, extensions }] });
}
