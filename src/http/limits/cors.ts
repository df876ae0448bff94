import type { YogaServerOptions } from 'graphql-yoga';
import { isAllowedOrigin, type Origins } from '../origins.ts';

/** Lets pages of allowed origins read answers. Other clients send no origin and are not concerned. */
export function corsFor(origins: Origins): NonNullable<YogaServerOptions<object, object>['cors']> {
  return (request) => {
    const origin = request.headers.get('origin');
    if (origin === null || !isAllowedOrigin(origin, new URL(request.url), origins)) return false;
    return { origin, credentials: false, maxAge: 3600 };
  };
}
