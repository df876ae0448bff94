import type { Plugin, YogaServerOptions } from 'graphql-yoga';
import { REQUEST_ID_HEADER } from '../access-log.ts';
import { isAllowedOrigin, type Origins } from '../origins.ts';

/** Lets pages of allowed origins read answers and the ids of their requests. Other clients send no origin. */
export function corsFor(origins: Origins): NonNullable<YogaServerOptions<object, object>['cors']> {
  return (request) => {
    const origin = request.headers.get('origin');
    if (origin === null || !isAllowedOrigin(origin, new URL(request.url), origins)) return false;
    return {
      origin,
      credentials: false,
      maxAge: 3600,
      exposedHeaders: [REQUEST_ID_HEADER, 'www-authenticate', 'retry-after'],
    };
  };
}

/**
 * Tells shared caches that an answer depends on the origin of the page that asks, also one to a request without an origin.
 * Caches keep no answers to POST requests.
 */
export function useVaryByOrigin(): Plugin {
  return {
    onResponse({ request: { method, headers }, response }) {
      if (method !== 'POST' || headers.has('origin')) response.headers.append('vary', 'origin');
    },
  };
}
