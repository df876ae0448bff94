import { THIS_MACHINE } from '../model/this-machine.ts';

/** Whose pages may call the API. */
export interface Origins {
  /** Origins whose pages may call the API. */
  readonly corsOrigins: readonly string[];
  /** The URL under which clients reach this server; null if that is the origin of their requests. */
  readonly publicUrl: string | null;
}

/**
 * Whether pages of `origin` may call: pages of this server and of the configured origins. If the server is called by a
 * name of this machine, pages that this machine serves may call too (a frontend's development server).
 */
export function isAllowedOrigin(origin: string, url: URL, { corsOrigins, publicUrl }: Origins): boolean {
  if (corsOrigins.includes(origin)) return true;
  const page = URL.canParse(origin) ? new URL(origin) : null;
  if (page === null || !['http:', 'https:'].includes(page.protocol)) return false;
  // A proxy may have taken the request by https and sent it on by http.
  if (page.host === url.host) return true;
  if (publicUrl !== null && page.origin === new URL(publicUrl).origin) return true;
  return THIS_MACHINE.includes(page.hostname) && THIS_MACHINE.includes(url.hostname);
}
