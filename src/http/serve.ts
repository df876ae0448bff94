import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CannotStart } from '../model/errors.ts';
import { closeStalledConnections } from './stalled-connections.ts';

/** A server that listens. */
export interface Listening {
  /** Its URL without a path. */
  readonly url: string;
  /** Accepts no more connections, and resolves when the running requests have been answered. */
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
      await closed;
      clearInterval(closing);
    },
  };
}

function urlOf(address: AddressInfo | string | null): string {
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}
