import type { Plugin } from 'graphql-yoga';

/**
 * Answers HEAD for the endpoint as GET, without the body (RFC 9110, 9.3.2). Plugins before this one see the whole answer to
 * GET, plugins behind it the request for it.
 */
export function useHeadRequests(endpoint: string): Plugin {
  /** What ends the requests by GET that stand for those by HEAD. */
  const ends = new WeakMap<Request, AbortController>();
  return {
    onRequest({ request, url: { pathname }, setRequest, fetchAPI }) {
      if (request.method !== 'HEAD' || ![endpoint, `${endpoint}/`].includes(pathname)) return;
      const { url, headers } = request;
      const end = new AbortController();
      const asGet = new fetchAPI.Request(url, { headers, signal: end.signal });
      ends.set(asGet, end);
      setRequest(asGet);
    },
    onResponse({ request, response, setResponse, fetchAPI }) {
      const end = ends.get(request);
      if (end === undefined) return;
      // A subscription would go on.
      end.abort();
      const { status, statusText, headers } = response;
      setResponse(new fetchAPI.Response(null, { status, statusText, headers }));
    },
  };
}
