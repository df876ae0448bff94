import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** How long a client may read nothing of what waits for it, in milliseconds. */
const STALLED_AFTER_MS = 20_000;
/** Slowest reading that is surely seen as progress, in bytes a second. */
const LEAST_BYTES_PER_S = 64_000;
/** Most bytes that may wait for all clients together. Above it, connections whose clients read nothing are closed. */
const MAX_WAITING_BYTES = 64_000_000;
const LOOK_EVERY_MS = 1_000;

/**
 * Closes the connections of clients that do not read their answers, which would otherwise stay in memory. A connection is
 * closed after 20 seconds without progress. If more than 64 MB wait for all clients together, connections are closed after
 * one second without progress, those with the most bytes first.
 */
export function closeStalledConnections(server: Server, stalledAfterMs: number = STALLED_AFTER_MS): void {
  const sockets = new Set<Socket>();
  const seen = new WeakMap<Socket, { taken: number; at: number }>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });

  const look = (): void => {
    const now = performance.now();
    const stalled: Socket[] = [];
    let waiting = 0;
    for (const socket of sockets) {
      const { writableLength, bytesWritten } = socket;
      const taken = bytesWritten - writableLength;
      const before = seen.get(socket);
      if (writableLength === 0 || before?.taken !== taken) {
        seen.set(socket, { taken, at: now });
        waiting += writableLength;
        continue;
      }
      // Progress shows only when a whole write has been read, so that large writes get more time.
      const patienceMs = stalledAfterMs + (writableLength / LEAST_BYTES_PER_S) * 1000;
      if (now - before.at > patienceMs) socket.destroy();
      else {
        stalled.push(socket);
        waiting += writableLength;
      }
    }
    stalled.sort((a, b) => b.writableLength - a.writableLength);
    for (const socket of stalled) {
      if (waiting <= MAX_WAITING_BYTES) break;
      waiting -= socket.writableLength;
      socket.destroy();
    }
  };

  const timer = setInterval(look, Math.min(LOOK_EVERY_MS, stalledAfterMs / 2)).unref();
  server.once('close', () => clearInterval(timer));
}
