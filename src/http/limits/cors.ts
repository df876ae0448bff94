import type { YogaServerOptions } from 'graphql-yoga';

/**
 * Pages of these origins, and pages that this machine serves (a frontend's development server), may call the API;
 * pages of any other origin may not. Other clients send no origin and are not concerned.
 */
export function corsFor(origins: readonly string[]): NonNullable<YogaServerOptions<object, object>['cors']> {
  return (request) => {
    const origin = request.headers.get('origin');
    if (origin === null || !(origins.includes(origin) || isThisMachine(origin))) return false;
    return { origin, credentials: false, maxAge: 3600 };
  };
}

function isThisMachine(origin: string): boolean {
  return URL.canParse(origin) && ['localhost', '127.0.0.1', '[::1]'].includes(new URL(origin).hostname);
}
