import { Agent, request } from 'node:http';
import { buffer } from 'node:stream/consumers';

/* A child process that sends one request over and over, as its parent orders. */

/** The message of the parent. */
export interface LoadOrder {
  readonly url: string;
  /** The body of each request, as JSON. */
  readonly body: string;
  /** Sent as a bearer token, if it is given. */
  readonly token?: string;
  /** Expected length of the answer, in bytes. Any other length is an error. Null if answers differ. */
  readonly bytes: number | null;
  readonly connections: number;
  readonly ms: number;
  /** How many requests to send at most within that time. Any number if it is left out. */
  readonly most?: number;
}

/** The reply to the parent. */
export interface LoadResult {
  readonly requestsPerSecond: number;
}

process.on('message', async (order: LoadOrder) => {
  const result: LoadResult = { requestsPerSecond: await load(order) };
  process.send?.(result);
});

async function load(order: LoadOrder): Promise<number> {
  const { url, body, token, bytes, connections, ms, most = Number.POSITIVE_INFINITY } = order;
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const began = performance.now();
  let sent = 0;
  let answered = 0;
  const ask = async (): Promise<void> => {
    while (sent < most && performance.now() - began < ms) {
      sent += 1;
      const length = await post(url, body, token, agent);
      if (bytes !== null && length !== bytes)
        throw new Error(`an answer of ${length} bytes instead of ${bytes}`);
      answered += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, ask));
  const seconds = (performance.now() - began) / 1000;
  agent.destroy();
  return answered / seconds;
}

function post(url: string, body: string, token: string | undefined, agent: Agent): Promise<number> {
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      buffer(response).then((answer) => resolve(answer.length), reject);
    });
    sent.once('error', reject);
    sent.end(body);
  });
}
