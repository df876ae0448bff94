import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** How long a client may take nothing of what waits for it, in milliseconds. */
const STALLED_AFTER_MS = 20_000;
/** A client that takes less than so many bytes a second may be closed while it still takes some. */
const LEAST_BYTES_PER_S = 64_000;
/** Most bytes that may wait for all clients together. Above it, those that wait for a client that takes none are dropped. */
const MAX_WAITING_BYTES = 64_000_000;
const LOOK_EVERY_MS = 1_000;

/**
 * Closes the connections of clients that send requests and do not read the answers, which would otherwise be kept in
 * memory for as long as the clients like: after 20 seconds without progress, or, if all that waits comes to more than
 * 64 MB, after one second, the largest first.
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
      // What is written at once is taken at once, as far as can be seen from here.
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
