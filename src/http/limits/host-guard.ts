import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { isThisMachine, THIS_MACHINE } from '../../model/this-machine.ts';
import { errorBody } from '../error-response.ts';

/** A host as a request may name it. `URL` accepts more, such as a name after an `@`. */
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/**
 * Refuses requests that were not meant for this server.
 *
 * A server that listens on this machine only accepts the names of this machine and that of its public URL as hosts. This
 * keeps out pages of another site whose owner has pointed the name of the site at this machine (DNS rebinding). A server
 * that other machines can reach accepts every name. A request that names no valid host or path, or two hosts, is
 * malformed.
 */
export function guardHost(
  listener: RequestListener,
  { host, publicUrl }: { readonly host: string; readonly publicUrl: string | null },
): RequestListener {
  const isPrivate = isThisMachine(host);
  const names = new Set(THIS_MACHINE);
  if (isPrivate) names.add(nameOf(host));
  if (publicUrl !== null) names.add(new URL(publicUrl).hostname);
  return (request, response) => {
    const named = hostOf(request);
    const base = `http://${named}`;
    if (named === null || !request.url?.startsWith('/') || !URL.canParse(`${base}${request.url}`)) {
      refuse(response, 400, 'The request names no possible host or path.');
    } else if (isPrivate && !names.has(withoutPort(named)) && !names.has(new URL(base).hostname)) {
      refuse(response, 421, 'This server answers to localhost and to the name in PUBLIC_URL.');
    } else {
      listener(request, response);
    }
  };
}

/**
 * The host that a request names, or this machine if it names none, as in HTTP/1.0 it need not. Null if it must name one, or
 * if that is malformed or there are several.
 */
function hostOf({ rawHeaders, headers, httpVersion }: IncomingMessage): string | null {
  const named = rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'host').length;
  if (named > 1 || (named === 0 && httpVersion !== '1.0')) return null;
  const host = headers.host ?? 'localhost';
  return HOST.test(host) ? host : null;
}

/** Enough for a host that is written as a URL has it. This saves parsing a URL for nearly all requests. */
function withoutPort(named: string): string {
  return named.replace(/:\d+$/, '');
}

/** The host as it stands in a URL. */
function nameOf(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response
    .writeHead(status, { 'content-type': 'application/json', connection: 'close' })
    .end(errorBody(message));
}
