import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { WATCH_ID } from '../../src/adapters/cosmos/watch-document.ts';
import { portOf } from './port-of.ts';

/** A request that went over the wire. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  /** The kind of the request and its container, such as `query words`. */
  readonly operation: string;
  /** Whether it asks for the plan of a query only. The SDK sends such a request together with every query. */
  readonly isPlan: boolean;
  /** The partition key as it was sent; null if there was none. */
  readonly partitionKey: string | null;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** The number of the round trip: one more than the highest of the requests that were answered before it arrived. */
  readonly roundTrip: number;
}

/** A way in which a request fails. */
export type Fault =
  /** It is not carried out, and gets a response with this status. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly substatus?: number;
      readonly retryAfterMs?: number;
      readonly body?: string;
    }
  /** It is not carried out, and the connection is reset. */
  | { readonly kind: 'reset' }
  /** It is carried out, and the connection is reset before the response. */
  | { readonly kind: 'swallow' }
  /** It is carried out, and no response is sent. */
  | { readonly kind: 'silence' }
  /** It is carried out, and the response is no JSON. */
  | { readonly kind: 'garble' };

/** A proxy between a store and an emulator. It records the requests, and makes chosen ones fail. */
export interface FaultyProxy {
  readonly url: string;
  /** The requests in the order of their arrival, without those for plans of queries and those in `watching`. */
  readonly exchanges: readonly Exchange[];
  /**
   * The requests for the documents by which watchers learn of changes. Stores send them in the background after a change,
   * so that no other test needs to wait for them.
   */
  readonly watching: readonly Exchange[];
  /** Chooses the fault of every request but those in `watching`, also of those for plans of queries; null forwards it. */
  faultFor: ((exchange: Exchange) => Fault | null) | null;
  /** Chooses the fault of the requests in `watching`. */
  faultOfWatching: ((exchange: Exchange) => Fault | null) | null;
  /**
   * How much later each response is sent, in milliseconds; 0 unless set. Requests that are sent at once arrive before one
   * of them is answered then, as on a network: the emulator answers them one after the other.
   */
  latencyMs: number;
  /** Forgets the recorded requests. */
  reset(): void;
  /** How many round trips there were in a row. */
  roundTrips(): number;
  stop(): Promise<void>;
}

export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const agent = new Agent({ keepAlive: true });
  let exchanges: Exchange[] = [];
  let watching: Exchange[] = [];
  let answered = 0;

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const exchange = exchangeOf(incoming, body.toString(), answered + 1);
    const watches = watchesProfile(exchange);
    if (watches) watching.push(exchange);
    else if (!exchange.isPlan) exchanges.push(exchange);
    outgoing.on('finish', () => {
      // No caller of ensureDialogs waits for the record of the top-up and the count of paid calls.
      const isBeside = exchange.isPlan || exchange.operation.endsWith('top_ups');
      if (!isBeside) answered = Math.max(answered, exchange.roundTrip);
    });
    const faultFor = watches ? proxy.faultOfWatching : proxy.faultFor;
    const fault = faultFor?.(exchange) ?? null;
    if (fault?.kind === 'reset') return void incoming.socket.resetAndDestroy();
    if (fault?.kind === 'status') return refuse(outgoing, fault);
    const { status, headers, text } = await forward(agent, target, incoming, body);
    if (proxy.latencyMs > 0) await pause(proxy.latencyMs);
    if (fault?.kind === 'swallow') return void incoming.socket.resetAndDestroy();
    if (fault?.kind === 'silence') return;
    const answer = fault?.kind === 'garble' ? '<html>something in between</html>' : text;
    outgoing.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(answer) }).end(answer);
  }

  const server = createServer((incoming, outgoing) => {
    pass(incoming, outgoing).catch(() => incoming.socket.resetAndDestroy());
  });
  // As at the emulator: only the faults that a test asks for reset a connection.
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const proxy: FaultyProxy = {
    url: `http://127.0.0.1:${portOf(server)}`,
    get exchanges() {
      return exchanges;
    },
    get watching() {
      return watching;
    },
    faultFor: null,
    faultOfWatching: null,
    latencyMs: 0,
    reset() {
      exchanges = [];
      watching = [];
      answered = 0;
    },
    roundTrips: () => Math.max(0, ...exchanges.map(({ roundTrip }) => roundTrip)),
    async stop() {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}

/** Whether the request reads or writes the document by which the watchers of a profile learn of changes. */
function watchesProfile({ path, operation, body }: Exchange): boolean {
  return (
    path.endsWith(`/docs/${WATCH_ID}`) || (operation === 'create top_ups' && body.includes(`"${WATCH_ID}"`))
  );
}

function exchangeOf(incoming: IncomingMessage, body: string, roundTrip: number): Exchange {
  const { method = 'GET', url: path = '/', headers } = incoming;
  const isQuery =
    headers['x-ms-documentdb-isquery'] !== undefined || headers['content-type'] === 'application/query+json';
  const verb = isQuery ? 'query' : (VERBS[method] ?? method);
  const container = /\/colls\/([^/]+)\/docs/.exec(path)?.[1];
  const key = headers['x-ms-documentdb-partitionkey'];
  return {
    method,
    path,
    operation: container === undefined ? `${verb} ${path}` : `${verb} ${container}`,
    isPlan: headers['x-ms-cosmos-is-query-plan-request'] !== undefined,
    partitionKey: typeof key === 'string' ? key : null,
    headers,
    body,
    roundTrip,
  };
}

const VERBS: Readonly<Record<string, string>> = {
  GET: 'read',
  POST: 'create',
  PUT: 'replace',
  DELETE: 'delete',
};

function refuse(
  outgoing: ServerResponse,
  { status, substatus, retryAfterMs, body }: Extract<Fault, { kind: 'status' }>,
): void {
  outgoing.writeHead(status, {
    'x-ms-request-charge': '0.5',
    ...(substatus !== undefined && { 'x-ms-substatus': String(substatus) }),
    ...(retryAfterMs !== undefined && { 'x-ms-retry-after-ms': String(retryAfterMs) }),
  });
  outgoing.end(body ?? JSON.stringify({ code: String(status), message: 'sent by the proxy' }));
}

async function forward(agent: Agent, target: string, incoming: IncomingMessage, body: Buffer) {
  const outgoing = request(`${target}${incoming.url}`, {
    agent,
    ...(incoming.method !== undefined && { method: incoming.method }),
    headers: incoming.headers,
  });
  outgoing.end(body);
  const response: IncomingMessage[] = await once(outgoing, 'response');
  const [answer] = response;
  if (answer === undefined) throw new Error('the emulator did not answer');
  const { 'transfer-encoding': _, ...headers } = answer.headers;
  return { status: answer.statusCode ?? 502, headers, text: (await buffer(answer)).toString() };
}
