import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { THIS_MACHINE } from '../origins.ts';

/** A host as a request may name it. A URL would take more for one, such as a name behind an `@`. */
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/**
 * Lets requests through that were meant for this server.
 *
 * A server that listens on this machine alone answers to this machine's names and that of its public URL: a page of
 * another site, whose name its owner has pointed at this machine (DNS rebinding), gets nothing. If it listens for
 * others too, it answers to every name. A request that names no possible host or path is malformed, and so is one that
 * names two hosts.
 */
export function guardHost(
  listener: RequestListener,
  { host, publicUrl }: { readonly host: string; readonly publicUrl: string | null },
): RequestListener {
  const isPrivate = THIS_MACHINE.includes(host) || host === '::1' || host.startsWith('127.');
  const names = new Set(THIS_MACHINE);
  if (isPrivate) names.add(nameOf(host));
  if (publicUrl !== null) names.add(new URL(publicUrl).hostname);
  return (request, response) => {
    const named = hostOf(request);
    const base = `http://${named}`;
    if (named === null || !request.url?.startsWith('/') || !URL.canParse(`${base}${request.url}`)) {
      refuse(response, 400, 'The request names no possible host or path.');
    } else if (isPrivate && !names.has(new URL(base).hostname)) {
      refuse(response, 421, 'This server answers to localhost and to the name in PUBLIC_URL.');
    } else {
      listener(request, response);
    }
  };
}

/** The one host that a request names, this machine if it names none (HTTP 1.0); null if it is none or one of several. */
function hostOf({ rawHeaders, headers }: IncomingMessage): string | null {
  const named = rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'host').length;
  if (named > 1) return null;
  const host = headers.host ?? 'localhost';
  return HOST.test(host) ? host : null;
}

/** A host as it stands in a URL. */
function nameOf(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function refuse(response: ServerResponse, status: number, message: string): void {
  const body = JSON.stringify({ errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] });
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(body);
}
