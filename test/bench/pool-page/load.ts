import { Agent, request } from 'node:http';
import { buffer } from 'node:stream/consumers';

/* A child process that sends one request over and over, as its parent orders. */

/** The message of the parent. */
export interface LoadOrder {
  readonly url: string;
  /** The body of each request, as JSON. */
  readonly body: string;
  /** Expected length of the answer, in bytes. Any other length is an error. */
  readonly bytes: number;
  readonly connections: number;
  readonly ms: number;
}

/** The reply to the parent. */
export interface LoadResult {
  readonly requestsPerSecond: number;
}

process.on('message', async (order: LoadOrder) => {
  const result: LoadResult = { requestsPerSecond: await load(order) };
  process.send?.(result);
});

async function load({ url, body, bytes, connections, ms }: LoadOrder): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const began = performance.now();
  let answered = 0;
  const ask = async (): Promise<void> => {
    while (performance.now() - began < ms) {
      const length = await post(url, body, agent);
      if (length !== bytes) throw new Error(`an answer of ${length} bytes instead of ${bytes}`);
      answered += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, ask));
  const seconds = (performance.now() - began) / 1000;
  agent.destroy();
  return answered / seconds;
}

function post(url: string, body: string, agent: Agent): Promise<number> {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      buffer(response).then((answer) => resolve(answer.length), reject);
    });
    sent.once('error', reject);
    sent.end(body);
  });
}
