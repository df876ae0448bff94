import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Most requests of a connection that wait for the answers to earlier ones. Browsers and usual clients send none. */
const MOST_WAITING = 100;

interface Waiting {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/**
 * Starts a request when the earlier ones of its connection have been answered, since Node gives the connection to one
 * response at a time. The others would keep their answers in memory, and would not find out that the client has left: Node
 * does not emit `close` for them. If the client leaves, the requests that wait are not started, and their responses emit it.
 */
export function answerInOrder(listener: RequestListener): RequestListener {
  /** The requests that wait, of each connection on which one is running. */
  const waitingOf = new WeakMap<Socket, Waiting[]>();

  const start = (waiting: Waiting[], { request, response }: Waiting): void => {
    response.once('close', () => goOn(request.socket, waiting));
    listener(request, response);
  };

  const goOn = (socket: Socket, waiting: Waiting[]): void => {
    const next = waiting.shift();
    if (next === undefined) {
      waitingOf.delete(socket);
    } else if (next.response.socket === null) {
      // The connection has ended.
      for (const { response } of [next, ...waiting.splice(0)]) response.emit('close');
    } else {
      start(waiting, next);
    }
  };

  return (request, response) => {
    const { socket } = request;
    const waiting = waitingOf.get(socket);
    if (waiting === undefined) {
      const none: Waiting[] = [];
      waitingOf.set(socket, none);
      start(none, { request, response });
    } else if (waiting.length < MOST_WAITING) {
      waiting.push({ request, response });
    } else {
      socket.destroy();
    }
  };
}
