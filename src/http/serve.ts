import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { CannotStart } from '../model/errors.ts';
import { inOriginForm } from './request-target.ts';
import { closeStalledConnections } from './stalled-connections.ts';
import { answerUnreadable } from './unreadable-requests.ts';

/**
 * How long a client may still send the head of a request that it has begun, in milliseconds after the last connection was
 * accepted. Node waits a minute, also for clients that open connections in advance and send nothing, as Node's own `fetch`
 * does after an abort.
 */
const LATE_HEAD_MS = 500;
/** How long a client may still send the body of a request, from then on, in milliseconds. Node waits five minutes. */
const LATE_BODY_MS = 5_000;

/**
 * How long a connection stays open after its last answer while the server stops, in milliseconds. A client that is busy sends
 * its next request meanwhile, and is told to close the connection by the answer.
 */
const IDLE_MS = 100;

/** How long `stop` accepts connections that clients open meanwhile, in milliseconds. */
const MOST_ACCEPTING_MS = 500;

/** A server that listens. */
export interface Listening {
  /** Its URL without a path. */
  readonly url: string;
  /**
   * Accepts the connections that clients have opened, and then no more. The next answer on each connection closes it, and
   * connections without requests are closed. Resolves when the requests on all connections have been answered.
   */
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
  // Which hosts a request may name, and whether it may name none, is for the listener to say.
  const server = createServer({ requireHostHeader: false }, inOriginForm(listener));
  answerUnreadable(server);
  closeStalledConnections(server, stalledAfterMs);
  const { closeAfterAnswers, closeIdle, closeWaiting } = trackedConnections(server);
  // Node calls it when the server closes. Its own also closes connections that have not taken the end of their answer.
  server.closeIdleConnections = closeIdle;
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new CannotStart(`HOST and PORT: ${listenFailure(error, host, port)}`, { cause: error });
  }
  return {
    url: urlOf(server.address()),
    async stop() {
      const closed = once(server, 'close');
      await untilAccepted(server);
      server.close();
      closeAfterAnswers();
      // A connection whose answer had begun before becomes idle when it has been sent.
      const closing = setInterval(closeIdle, IDLE_MS);
      const late = [
        setTimeout(closeWaiting, LATE_HEAD_MS, () => true),
        setTimeout(closeWaiting, LATE_BODY_MS, ({ req }: ServerResponse) => req.complete),
      ];
      await closed;
      clearInterval(closing);
      late.forEach(clearTimeout);
    },
  };
}

function listenFailure(error: unknown, host: string, port: number): string {
  if (!(error instanceof Error)) return String(error);
  const isTaken = 'code' in error && error.code === 'EADDRINUSE';
  return isTaken ? `another process, perhaps another server, uses ${host}:${port}` : error.message;
}

/**
 * Accepts the connections that clients have opened already: Node accepts one in each turn of the event loop, and closing
 * refuses the others. Resolves after two turns without a connection, since the first may be the end of a turn.
 */
async function untilAccepted(server: Server): Promise<void> {
  const end = performance.now() + MOST_ACCEPTING_MS;
  let idleTurns = 0;
  const notIdle = () => {
    idleTurns = 0;
  };
  server.on('connection', notIdle);
  while (idleTurns < 2 && performance.now() < end) {
    idleTurns += 1;
    await turnOfLoop();
  }
  server.off('connection', notIdle);
}

interface Connections {
  /** From now on, the last answer on each connection says that the connection is closed, and closes it. */
  closeAfterAnswers(): void;
  /** Closes the connections on which nothing has arrived since the last answer was sent, some time ago. */
  closeIdle(): void;
  /** Closes the connections on which no request is being answered that `counts`. */
  closeWaiting(counts: (response: ServerResponse) => boolean): void;
}

interface Connection {
  /** The responses to its requests, in their order. */
  readonly running: Set<ServerResponse>;
  /** The last answer: when it was sent, and how many bytes had been read by then. */
  answered: { readonly at: number; readonly bytesRead: number } | null;
}

function trackedConnections(server: Server): Connections {
  const connections = new Map<Socket, Connection>();
  let isClosing = false;
  const closeAfterLast = ({ running }: Connection): void => {
    const responses = [...running];
    const last = responses.pop();
    // Node would not answer the requests after it. A client that sends some keeps the connection open.
    for (const response of responses) response.shouldKeepAlive = true;
    if (last !== undefined) last.shouldKeepAlive = false;
  };
  server.on('connection', (socket: Socket) => {
    connections.set(socket, { running: new Set(), answered: null });
    socket.once('close', () => connections.delete(socket));
  });
  // The listener that answers comes after it.
  server.prependListener('request', (request, response) => {
    const { socket } = request;
    const connection = connections.get(socket);
    if (connection === undefined) return;
    connection.running.add(response);
    if (isClosing) closeAfterLast(connection);
    response.once('close', () => {
      connection.running.delete(response);
      connection.answered = { at: performance.now(), bytesRead: socket.bytesRead };
    });
  });
  return {
    closeAfterAnswers() {
      isClosing = true;
      for (const connection of connections.values()) closeAfterLast(connection);
    },
    closeIdle() {
      const since = performance.now() - IDLE_MS;
      for (const [socket, { running, answered }] of connections) {
        if (running.size > 0 || answered === null) continue;
        if (answered.at <= since && answered.bytesRead === socket.bytesRead) socket.destroy();
      }
    },
    closeWaiting(counts) {
      for (const [socket, { running }] of connections) {
        if (![...running].some(counts)) socket.destroy();
      }
    },
  };
}

function urlOf(address: AddressInfo | string | null): string {
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}
