import { createHash } from 'node:crypto';
import type { Plugin } from 'graphql-yoga';
import { hasTag } from '../entity-tag.ts';
import { DOCUMENT_ID } from './persisted-operations.ts';

/**
 * Gives the result of a query that was sent by GET with a `documentId` an ETag, and answers 304 if the client has that
 * result already. Only the client itself may store a result, and must ask whether it still holds: it depends on who asks.
 */
export function useEntityTags(endpoint: string): Plugin {
  return {
    async onResponse({ request, response, setResponse, fetchAPI }) {
      if (request.method !== 'GET' || response.status !== 200) return;
      const { pathname, searchParams } = new URL(request.url);
      if (![endpoint, `${endpoint}/`].includes(pathname) || !searchParams.has(DOCUMENT_ID)) return;
      if (!response.headers.get('content-type')?.includes('json')) return;
      const body = await response.text();
      const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
      // A copy made by the constructor would keep names in capitals and not find them in small letters.
      const headers = new fetchAPI.Headers();
      for (const [name, value] of response.headers) headers.set(name.toLowerCase(), value);
      headers.set('etag', etag);
      headers.set('cache-control', 'private, no-cache');
      headers.append('vary', 'accept, authorization');
      if (hasTag(request.headers.get('if-none-match'), etag)) {
        for (const name of ['content-type', 'content-length']) headers.delete(name);
        setResponse(new fetchAPI.Response(null, { status: 304, headers }));
      } else {
        setResponse(new fetchAPI.Response(body, { status: 200, headers }));
      }
    },
  };
}
