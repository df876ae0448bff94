import { CallFailed } from './call-failed.ts';

/** Codes of connections that were not made, so that nothing was sent. */
const NOT_CONNECTED =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPROTO|ERR_SSL_\w+|ERR_TLS_\w+|CERT_\w+|UNABLE_TO_\w+|UND_ERR_CONNECT_TIMEOUT)$/u;

/**
 * The failure of a call during which `fetch` or the reading of a response threw an error. Of the error, only its code
 * is passed on.
 * @param server what was called, as messages name it
 * @param urlVariable the variable that configures the address, as messages name it
 */
export function connectionFailure(
  error: unknown,
  { server, urlVariable }: { readonly server: string; readonly urlVariable: string },
): CallFailed {
  // The error of fetch for a port that belongs to another protocol.
  if (error instanceof TypeError && error.cause instanceof Error && error.cause.message === 'bad port') {
    return new CallFailed(`the port of ${urlVariable} is not allowed for HTTP`, {
      kind: 'lasting',
      paid: false,
    });
  }
  const code = errorCode(error);
  const isSent = code === null || !NOT_CONNECTED.test(code);
  return new CallFailed(`the connection to ${server} failed (${code ?? 'for an unknown reason'})`, {
    kind: code === 'ECONNREFUSED' ? 'lasting' : isSent ? 'passing' : 'unavailable',
    paid: isSent,
  });
}

/** The code that the system or the HTTP client gave an error or one of its causes. */
function errorCode(error: unknown): string | null {
  let inner = error;
  for (let depth = 0; inner instanceof Error && depth < 6; depth += 1) {
    if ('code' in inner && typeof inner.code === 'string' && /^[A-Z][A-Z_]+$/u.test(inner.code))
      return inner.code;
    inner = inner.cause;
  }
  return null;
}
