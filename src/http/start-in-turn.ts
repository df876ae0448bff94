import type { RequestListener } from 'node:http';
import { startTurn } from '../concurrency/fair-turns.ts';
import { PROBES } from './probes.ts';

/**
 * Starts requests in turns of the event loop, as `startTurn` gives them. A caller with many requests under way keeps another
 * one waiting for a few milliseconds, not until all its requests have been answered. A request whose client leaves before
 * its turn is not started: what it starts would not find out that the client has left. Probes do not wait, and their
 * answers take little.
 */
export function startInTurn(listener: RequestListener): RequestListener {
  return (request, response) => {
    const turn = PROBES.includes(request.url ?? '') ? undefined : startTurn();
    if (turn === undefined) listener(request, response);
    else
      void turn.then(() => {
        if (!response.closed) listener(request, response);
      });
  };
}
