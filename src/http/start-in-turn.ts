import type { RequestListener } from 'node:http';
import { nextTurn } from '../concurrency/fair-turns.ts';

/**
 * Starts requests in turns of the event loop, one caller after another, as `nextTurn` gives them. A caller with many requests under way keeps
 * another one waiting for a few milliseconds, not until all its requests have been answered.
 */
export function startInTurn(listener: RequestListener): RequestListener {
  return (request, response) => {
    const turn = nextTurn(request);
    if (turn === undefined) listener(request, response);
    else turn.then(() => listener(request, response));
  };
}
