import type { IncomingMessage, RequestListener } from 'node:http';

/** A request target in absolute form: its host, and the path and query. */
const ABSOLUTE = /^https?:\/\/([^/?#]*)(.*)$/i;

/** A path that a URL may have in another form: with a segment that begins with a dot, or with a backslash. */
const UNRESOLVED = /^\/[^?#]*(?:(?<=\/)(?:\.|%2e)|\\)/i;

/**
 * Hands over each request with the path and query that its URL has. Then all listeners see the same path, and the log does
 * not contain the name of a recording that was asked for by `/./audio/<name>`.
 *
 * If the target is a whole URL, as clients of proxies send it, its host replaces that of the Host header (RFC 9112, 3.2.2).
 */
export function inOriginForm(listener: RequestListener): RequestListener {
  return (request, response) => {
    replaceUrl(request);
    if (UNRESOLVED.test(request.url ?? '')) resolvePath(request);
    listener(request, response);
  };
}

function replaceUrl(request: IncomingMessage): void {
  const [, host, target = ''] = ABSOLUTE.exec(request.url ?? '') ?? [];
  if (host === undefined) return;
  request.headers.host = host;
  request.url = target.startsWith('/') ? target : `/${target}`;
}

function resolvePath(request: IncomingMessage): void {
  const url = `http://localhost${request.url}`;
  if (!URL.canParse(url)) return;
  const { pathname, search } = new URL(url);
  request.url = pathname + search;
}
