import { CallFailed } from './call-failed.ts';

/** Codes of connections that were not made, so that nothing was sent. An alert of TLS 1.3 may come after the request. */
const NOT_CONNECTED =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPROTO|ERR_SSL_(?!TLSV13_)[\w/]+|ERR_TLS_\w+|CERT_\w+|DEPTH_ZERO_\w+|SELF_SIGNED_\w+|UNABLE_TO_\w+|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|UND_ERR_CONNECT_TIMEOUT)$/u;

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
  const { code, isConnecting } = systemError(error);
  const isSent = !isConnecting && (code === null || !NOT_CONNECTED.test(code));
  return new CallFailed(`the connection to ${server} failed (${code ?? 'for an unknown reason'})`, {
    kind: code === 'ECONNREFUSED' ? 'lasting' : isSent ? 'passing' : 'unavailable',
    paid: isSent,
  });
}

/** The code that the system or the HTTP client gave an error or one of its causes, and whether it failed to connect. */
function systemError(error: unknown): { code: string | null; isConnecting: boolean } {
  let inner = error;
  for (let depth = 0; inner instanceof Error && depth < 6; depth += 1) {
    if ('code' in inner && typeof inner.code === 'string' && /^[A-Z][A-Z0-9_/]+$/u.test(inner.code)) {
      // A host with several addresses fails with the errors of all of them.
      const errors: unknown[] = inner instanceof AggregateError ? inner.errors : [inner];
      return { code: inner.code, isConnecting: errors.length > 0 && errors.every(failedToConnect) };
    }
    inner = inner.cause;
  }
  return { code: null, isConnecting: false };
}

function failedToConnect(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === 'connect';
}
