import type { Plugin } from 'graphql-yoga';
import { AUDIO_PATH } from '../../graphql/audio-url.ts';
import { isAllowedOrigin, type Origins } from '../origins.ts';

/**
 * Refuses requests that a browser sends for a page of another site, before they are read: a browser asks for leave
 * (CORS) only before some of them, and a page must not make its visitors change, pay for or load anything.
 *
 * Recordings are open to the pages of all sites, and so is the way to GraphiQL, by a link: the page executes nothing by
 * itself.
 */
export function useCrossSiteGuard(origins: Origins): Plugin {
  return {
    onRequest({ request, url, fetchAPI, endResponse }) {
      if (url.pathname.startsWith(AUDIO_PATH) || !isForeign(request, url, origins)) return;
      const message =
        'Pages of this origin may not call the server. Its operator can name the origin in CORS_ORIGINS.';
      const error = { message, extensions: { code: 'FORBIDDEN' } };
      endResponse(fetchAPI.Response.json({ errors: [error] }, { status: 403 }));
    },
  };
}

function isForeign({ method, headers }: Request, url: URL, origins: Origins): boolean {
  const origin = headers.get('origin');
  if (origin !== null) return !isAllowedOrigin(origin, url, origins);
  if (headers.get('sec-fetch-site') !== 'cross-site') return false;
  const isLink =
    method === 'GET' &&
    headers.get('sec-fetch-mode') === 'navigate' &&
    headers.get('accept')?.includes('text/html') === true;
  return !isLink;
}
