import type { Plugin } from 'graphql-yoga';
import type { Clock } from '../ports/clock.ts';
import type { Meter, RequestOutcome } from '../ports/meter.ts';
import { currentRequest } from '../ports/request.ts';
import type { RequestInfo } from '../ports/work-context.ts';
import { ENDPOINT, routeOf } from './paths.ts';

/**
 * Measures the requests of GraphQL when their answer is ready to be sent: how long a client takes to read it, or how long it
 * listens to a stream, says nothing of the server. The page of GraphiQL and the preflights of browsers are no such requests.
 */
export function useRequestDurations(meter: Meter, clock: Clock): Plugin {
  return {
    onResponse({ request, response: { status } }) {
      const info = currentRequest();
      if (info === undefined) return;
      const { operation, error, began } = info;
      if (operation === undefined) {
        const isRefusal = error !== undefined || status >= 400;
        if (!isRefusal || routeOf(new URL(request.url).pathname) !== ENDPOINT) return;
      }
      meter.requestAnswered({
        operation: operation?.type ?? 'unknown',
        outcome: outcomeOf(error, status, request.signal.aborted),
        durationMs: clock.monotonic() - began,
      });
    },
  };
}

function outcomeOf(error: RequestInfo['error'], status: number, isAborted: boolean): RequestOutcome {
  if (error?.isFault || status >= 500) return 'server_error';
  if (isAborted) return 'aborted';
  if (error?.code === 'TOO_MANY_REQUESTS' || status === 429) return 'limited';
  return error !== undefined || status >= 400 ? 'client_error' : 'ok';
}
