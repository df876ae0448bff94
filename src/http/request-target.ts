import type { RequestListener } from 'node:http';

/** A request target in absolute form: its host, and the path and query. */
const ABSOLUTE = /^https?:\/\/([^/?#]*)(.*)$/i;

/**
 * Hands over requests whose target is a whole URL, as clients of proxies send it, as if the target were the path. The host of
 * the target replaces that of the Host header (RFC 9112, 3.2.2).
 */
export function inOriginForm(listener: RequestListener): RequestListener {
  return (request, response) => {
    const [, host, target = ''] = ABSOLUTE.exec(request.url ?? '') ?? [];
    if (host !== undefined) {
      request.headers.host = host;
      request.url = target.startsWith('/') ? target : `/${target}`;
    }
    listener(request, response);
  };
}
