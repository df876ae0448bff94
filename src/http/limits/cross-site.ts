import type { Plugin } from 'graphql-yoga';
import { AUDIO_PATH } from '../../graphql/audio-url.ts';
import { asksForPage } from '../asks-for-page.ts';
import { refusal } from '../error-response.ts';
import { isAllowedOrigin, type Origins } from '../origins.ts';

/**
 * Refuses requests that a browser sends for a page of another site, before their bodies are read. A browser asks for
 * permission first (a CORS preflight) only for some of them, and a page must not make its visitors change, pay for or
 * load anything.
 *
 * Pages of all sites may load recordings, and may link to GraphiQL, which executes nothing by itself.
 */
export function useCrossSiteGuard(origins: Origins): Plugin {
  return {
    onRequest({ request, url, endResponse }) {
      if (url.pathname.startsWith(AUDIO_PATH) || !isForeign(request, url, origins)) return;
      const message =
        'Pages of this origin may not call the server. Its operator can name the origin in CORS_ORIGINS.';
      endResponse(refusal(403, message, { code: 'FORBIDDEN' }));
    },
  };
}

function isForeign(request: Request, url: URL, origins: Origins): boolean {
  const { method, headers } = request;
  const origin = headers.get('origin');
  if (origin !== null) return !isAllowedOrigin(origin, url, origins);
  if (headers.get('sec-fetch-site') !== 'cross-site') return false;
  const isLink = headers.get('sec-fetch-mode') === 'navigate' && asksForPage(request);
  return !(isLink && method === 'GET');
}
