import type { ServerResponse } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import { EncodedResponse } from './encoded-response.ts';

/**
 * Sends the results of GraphQL in one step. Yoga writes them, waits until the connection has taken them and then ends the
 * response, so that more requests are under way at the same time. Yoga leaves alone what has ended. This plugin comes behind
 * those that add headers.
 */
export function useWholeAnswers(): Plugin<object, { res?: ServerResponse }> {
  return {
    onResponse({ response, serverContext: { res } }) {
      if (!(response instanceof EncodedResponse) || response.encodedText === null) return;
      if (res === undefined || res.closed || res.writableEnded) return;
      res.writeHead(response.status, Object.fromEntries(response.headers));
      res.end(response.encodedText);
    },
  };
}
