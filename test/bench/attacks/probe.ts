import { Agent, request } from 'node:http';

/* A process of its own: asks a server something small every 20 ms, and tells its parent the longest it had to wait. */

/** What the parent sends first; any later message ends the probe. */
export interface ProbeOrder {
  /** The GraphQL endpoint. */
  readonly url: string;
}

/** What it is sent back: at once when the first answer has come, and when the probe ends. */
export interface ProbeResult {
  readonly longestMs: number;
}

const EVERY_MS = 20;
const BODY = '{"query":"{ __typename }"}';
const agent = new Agent({ keepAlive: true });
let longestMs = 0;
let open = 0;

process.once('message', async ({ url }: ProbeOrder) => {
  await ask(url);
  longestMs = 0;
  tell();
  const timer = setInterval(() => ask(url), EVERY_MS);
  process.once('message', () => {
    clearInterval(timer);
    const waiting = setInterval(() => {
      if (open > 0) return;
      clearInterval(waiting);
      tell();
      process.disconnect();
    }, EVERY_MS);
  });
});

function tell(): void {
  const result: ProbeResult = { longestMs };
  process.send?.(result);
}

function ask(url: string): Promise<void> {
  const began = performance.now();
  open += 1;
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', 'content-length': BODY.length };
    const done = () => {
      open -= 1;
      longestMs = Math.max(longestMs, performance.now() - began);
      resolve();
    };
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume().once('end', done);
    });
    sent.once('error', done);
    sent.end(BODY);
  });
}
