import type { Plugin } from 'graphql-yoga';
import { AUDIO_PATH } from '../graphql/audio-url.ts';

/** Yoga answers every URL that ends with its path for the health check; none ends with a blank. */
export const NO_HEALTH_CHECK = ' ';

/**
 * Answers requests for paths that are not served here, and the two probes. Paths are compared whole: yoga's own checks
 * look at how the URL ends, so that `//another.example/graphql` would be served.
 * @param isReady whether requests are to be sent here; must not reject
 */
export function usePaths(endpoint: string, isReady: () => Promise<boolean>): Plugin {
  const served = new Set([endpoint, `${endpoint}/`, '/metrics']);
  return {
    async onRequest({ url: { pathname }, fetchAPI, endResponse }) {
      const answer = (status: number) => endResponse(new fetchAPI.Response(null, { status }));
      if (pathname === '/health') answer(200);
      else if (pathname === '/ready') answer((await isReady()) ? 200 : 503);
      else if (!served.has(pathname) && !pathname.startsWith(AUDIO_PATH)) answer(404);
    },
  };
}
