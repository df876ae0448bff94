import { isIPv4 } from 'node:net';

/** The names of this machine for itself, as they stand in URLs. */
export const THIS_MACHINE: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/** Whether a server that listens on `host` can be reached from this machine only. */
export function isThisMachine(host: string): boolean {
  return THIS_MACHINE.includes(host) || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}
