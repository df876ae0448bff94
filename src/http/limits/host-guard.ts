import type { RequestListener, ServerResponse } from 'node:http';

/** What this machine calls itself. */
const THIS_MACHINE = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Lets requests through that were meant for this server.
 *
 * A server that listens on this machine alone answers to this machine's names and that of its public URL: a page of
 * another site, whose name its owner has pointed at this machine (DNS rebinding), gets nothing. Where it listens for
 * others too, it answers to every name. A request that names no possible host or path is malformed.
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
    const base = `http://${request.headers.host ?? 'localhost'}`;
    if (!request.url?.startsWith('/') || !URL.canParse(base) || !URL.canParse(request.url, base)) {
      refuse(response, 400, 'The request names no possible host or path.');
    } else if (isPrivate && !names.has(new URL(base).hostname)) {
      refuse(response, 421, 'This server answers to localhost and to the name in PUBLIC_URL.');
    } else {
      listener(request, response);
    }
  };
}

/** A host as it stands in a URL. */
function nameOf(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function refuse(response: ServerResponse, status: number, message: string): void {
  const body = JSON.stringify({ errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] });
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(body);
}
