import type { Plugin } from 'graphql-yoga';
import { AUDIO_PATH } from '../graphql/audio-url.ts';
import { asksForPage } from './asks-for-page.ts';
import { refusal } from './error-response.ts';
import { HEALTH_PATH, METRICS_PATH, READY_PATH } from './probes.ts';
import { EXPORT_PATH } from './words/export.ts';
import { IMPORT_ANKI_PATH } from './words/import-anki.ts';

/** The path of the GraphQL API. */
export const ENDPOINT = '/graphql';

/** The path of yoga's own health check. Yoga answers every URL that ends with it, and no URL ends with a blank. */
export const NO_HEALTH_CHECK = ' ';

/**
 * Finds the route of a path, with `{name}` in place of what identifies a recording or a profile; null if nothing is served
 * there.
 * @param path without the query string
 */
export function routeOf(path: string): string | null {
  if (path === '/' || path === IMPORT_ANKI_PATH) return path;
  if (path === ENDPOINT || path === `${ENDPOINT}/`) return ENDPOINT;
  const folder = [AUDIO_PATH, EXPORT_PATH].find((each) => path.startsWith(each));
  return folder === undefined ? null : `${folder}{name}`;
}

/**
 * Answers the two probes and requests for paths that are not served, and sends browsers from `/` to the endpoint. Paths
 * are compared whole: yoga compares the end of the URL only, so that it would serve `//another.example/graphql`.
 * @param isReady whether requests should be sent to this server; must not reject
 * @param hasAudio whether recordings are served
 */
export function usePaths(endpoint: string, isReady: () => Promise<boolean>, hasAudio: boolean): Plugin {
  const served = new Set([endpoint, `${endpoint}/`, METRICS_PATH, IMPORT_ANKI_PATH]);
  const folders = hasAudio ? [AUDIO_PATH, EXPORT_PATH] : [EXPORT_PATH];
  return {
    onRequest({ request, url: { pathname }, fetchAPI, endResponse }) {
      const answer = (status: number) => endResponse(new fetchAPI.Response(null, { status }));
      if (pathname === HEALTH_PATH) answer(200);
      else if (pathname === READY_PATH) return isReady().then((ready) => answer(ready ? 200 : 503));
      else if (pathname === '/') endResponse(atRoot(request, endpoint));
      else if (!served.has(pathname) && !folders.some((folder) => pathname.startsWith(folder))) {
        endResponse(nothingHere(endpoint));
      }
    },
  };
}

function atRoot(request: Request, endpoint: string): Response {
  if (asksForPage(request)) {
    // Relative, since a proxy may serve this server below a path of its own.
    return new Response(null, { status: 302, headers: { location: `.${endpoint}`, vary: 'accept' } });
  }
  return nothingHere(endpoint, { vary: 'accept' });
}

function nothingHere(endpoint: string, headers?: Readonly<Record<string, string>>): Response {
  return refusal(404, `There is nothing here. The GraphQL API is at ${endpoint}.`, undefined, headers);
}
