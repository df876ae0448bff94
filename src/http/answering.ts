import type { Plugin } from 'graphql-yoga';

type OnRequest<ServerContext extends object> = NonNullable<Plugin<object, ServerContext>['onRequest']>;
type Asked<ServerContext extends object> = Parameters<OnRequest<ServerContext>>[0];

/**
 * Answers the requests that `isAsked` finds, in place of GraphQL. All others go on at once, without a promise of each
 * plugin.
 * @param failed the answer if `answer` fails
 */
export function answering<ServerContext extends object>(
  isAsked: (asked: Asked<ServerContext>) => boolean,
  failed: (error: unknown) => Response,
  answer: (asked: Asked<ServerContext>) => Promise<Response>,
): OnRequest<ServerContext> {
  return (asked) => {
    if (!isAsked(asked)) return undefined;
    return answer(asked)
      .catch(failed)
      .then((response) => asked.endResponse(response));
  };
}
