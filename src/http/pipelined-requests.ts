import { AsyncResource } from 'node:async_hooks';
import type { RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Most requests of a connection that wait for the answers to earlier ones. Above it, the connection is closed. */
const MOST_WAITING = 100;

interface Waiting {
  readonly response: ServerResponse;
  start(): void;
}

/**
 * Starts a request when the earlier ones of its connection have been answered, since Node gives the connection to one
 * response at a time. The others would keep their answers in memory, and would not find out that the client has left: Node
 * does not emit `close` for them. If the client leaves, the requests that wait are not started, and their responses emit it.
 */
export function answerInOrder(listener: RequestListener): RequestListener {
  /** The requests that wait, of each connection on which one is running. */
  const waitingOf = new WeakMap<Socket, Waiting[]>();

  const goOn = (socket: Socket, waiting: Waiting[]): void => {
    const next = waiting.shift();
    if (next === undefined) {
      waitingOf.delete(socket);
    } else if (next.response.socket === null) {
      // The connection has ended.
      for (const { response } of [next, ...waiting.splice(0)]) response.emit('close');
    } else {
      next.start();
    }
  };

  return (request, response) => {
    const { socket } = request;
    const before = waitingOf.get(socket);
    const waiting = before ?? [];
    const start = (): void => {
      response.once('close', () => goOn(socket, waiting));
      listener(request, response);
    };
    if (before === undefined) {
      waitingOf.set(socket, waiting);
      start();
      return;
    }
    // It is called when the request before it ends, but runs as work of this one.
    waiting.push({ response, start: AsyncResource.bind(start) });
    if (waiting.length > MOST_WAITING) socket.destroy();
  };
}
