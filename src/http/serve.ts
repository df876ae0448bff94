import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CannotStart } from '../model/errors.ts';
import { closeStalledConnections } from './stalled-connections.ts';

/** A server that listens. */
export interface Listening {
  /** Where it can be reached, without a path. */
  readonly url: string;
  /** Takes no more connections, and resolves when the requests that are running have been answered. */
  stop(): Promise<void>;
}

/**
 * Listens on `host` and `port`; 0 is any free port.
 * @param stalledAfterMs how long a client may leave an answer unread; 20 s if left out
 * @throws {CannotStart} if that can't be done
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
      // A connection that a client keeps open is idle only once its last request has been answered.
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
