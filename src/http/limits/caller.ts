import type { IncomingMessage } from 'node:http';
import type { Subject } from '../../model/subject.ts';

/** An IPv4 address as sockets for both families have it. */
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** How the callers begin that are addresses. */
const ADDRESS = 'address ';

/** Whose limit a request counts against: the subject's, or the address's if there is no subject. */
export function callerOf(subject: Subject | null, request: IncomingMessage | undefined): string {
  return subject?.id == null ? `${ADDRESS}${networkOf(request)}` : `subject ${subject.id}`;
}

/**
 * Whose limit of things under way at once a request counts against. Null for a service, which may send for any number of
 * people, and on a server that does not ask who calls, where everyone may come from the address of one proxy.
 */
export function limitedCallerOf(subject: Subject, request: IncomingMessage | undefined): string | null {
  return subject.role === 'service' ? null : callerOf(subject, request);
}

/**
 * Who sends a request, before anything of it is checked: anyone can send any credentials. Those of a valid header are its
 * last word, however many blanks are before it.
 */
export function senderOf(request: IncomingMessage): { readonly network: string; readonly caller: string } {
  const { authorization = '' } = request.headers;
  const credentials = authorization.slice(authorization.lastIndexOf(' ') + 1);
  return { network: networkOf(request), caller: `credentials ${credentials}` };
}

/** Whether a caller is an address and not a subject. */
export function isAddress(caller: string): boolean {
  return caller.startsWith(ADDRESS);
}

/**
 * The address that a request comes from. Of an IPv6 address, the first 64 bits: one caller has all addresses of such a
 * network. Headers such as X-Forwarded-For are not read, since every client can send them.
 */
function networkOf(request: IncomingMessage | undefined): string {
  const address = request?.socket.remoteAddress ?? 'unknown';
  const [, mapped] = MAPPED.exec(address) ?? [];
  if (mapped !== undefined) return mapped;
  return address.includes(':') ? first64Bits(address) : address;
}

function first64Bits(address: string): string {
  const [before = '', after] = address.split('%')[0]?.split('::') ?? [];
  const head = before === '' ? [] : before.split(':');
  const tail = after === undefined || after === '' ? [] : after.split(':');
  const zeros =
    after === undefined ? [] : Array<string>(Math.max(0, 8 - head.length - tail.length)).fill('0');
  return [...head, ...zeros, ...tail].slice(0, 4).join(':');
}
