import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { CannotStart } from '../model/errors.ts';
import { closeStalledConnections } from './stalled-connections.ts';

/**
 * How long after `stop` a client may still send the head of a request that it has begun, in milliseconds. Node waits a
 * minute, also for clients that open connections in advance and send nothing, as Node's own `fetch` does after an abort.
 */
const LATE_REQUEST_MS = 500;

/** A server that listens. */
export interface Listening {
  /** Its URL without a path. */
  readonly url: string;
  /** Accepts no more connections and requests, and resolves when the running requests have been answered. */
  stop(): Promise<void>;
}

/**
 * Listens on `host` and `port`. Port 0 is any free port.
 * @param stalledAfterMs how long a client may leave an answer unread, in milliseconds; 20,000 by default
 * @throws {CannotStart} if the server cannot listen
 */
export async function serve(
  listener: RequestListener,
  host: string,
  port: number,
  stalledAfterMs?: number,
): Promise<Listening> {
  const server = createServer(listener);
  closeStalledConnections(server, stalledAfterMs);
  const closeWaiting = waitingConnections(server);
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CannotStart(`HOST and PORT: ${reason}`, { cause: error });
  }
  return {
    url: urlOf(server.address()),
    async stop() {
      const closed = once(server, 'close');
      server.close();
      // A connection that a client keeps open becomes idle when its last request has been answered.
      const closing = setInterval(() => server.closeIdleConnections(), 100);
      const late = setTimeout(closeWaiting, LATE_REQUEST_MS);
      await closed;
      clearInterval(closing);
      clearTimeout(late);
    },
  };
}

/** @returns closes the connections on which no request is being answered */
function waitingConnections(server: Server): () => void {
  const running = new Map<Socket, number>();
  const add = (socket: Socket, requests: number) => {
    const before = running.get(socket);
    if (before !== undefined) running.set(socket, before + requests);
  };
  server.on('connection', (socket: Socket) => {
    running.set(socket, 0);
    socket.once('close', () => running.delete(socket));
  });
  server.on('request', ({ socket }, response) => {
    add(socket, 1);
    response.once('close', () => add(socket, -1));
  });
  return () => {
    for (const [socket, requests] of running) if (requests === 0) socket.destroy();
  };
}

function urlOf(address: AddressInfo | string | null): string {
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}
