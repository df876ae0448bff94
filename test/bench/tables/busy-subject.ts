import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Server, startServer } from '../../llm/server.ts';
import { inTempFolder } from '../bench-store.ts';
import { fillPoolPage } from '../pool-page/fill.ts';
import { POOL_PAGE } from '../pool-page/page.ts';
import { type LoadGenerator, startLoadGenerator } from '../pool-page/processes.ts';
import { spreadOf } from '../spread.ts';
import type { Report } from '../table.ts';

export const name = 'busy-subject';

/** The requests that the busy subject sends in each round, and how many of them are under way at once. */
const BUSY_REQUESTS = 1_000;
const AT_ONCE = 16;
const ROUNDS = 10;
/** The requests of the other subject in each round, one after the other: alone, and at most beside the busy one. */
const ALONE = 100;
const MOST_BESIDE = 200;
/** A limit that no subject reaches, and one that only the busy subject does, before it is measured. */
const NO_LIMIT = 1_000_000;
const LOW_LIMIT = 4_000;

const body = JSON.stringify(POOL_PAGE);
/** Long enough for all requests of a round. */
const ROUND_MS = 60_000;

/** Measures how long a subject waits for its pool page while another one sends as fast as it can. */
export async function run(): Promise<Report> {
  const within = await measure(NO_LIMIT);
  const beyond = await measure(LOW_LIMIT, LOW_LIMIT);
  const row = (what: string, { alone, beside, busyPerSecond }: Measured) => {
    const [before, during] = [spreadOf(alone), spreadOf(beside)];
    return [
      what,
      before.median.toFixed(1),
      before.p99.toFixed(1),
      during.median.toFixed(1),
      during.p99.toFixed(1),
      (during.p99 / before.p99).toFixed(1),
      Math.round(busyPerSecond),
    ];
  };
  return {
    title: `The pool page of a subject, alone and while another one sends ${BUSY_REQUESTS} requests, ${AT_ONCE} at once, in milliseconds`,
    columns: [
      'the busy subject',
      'median alone',
      'p99 alone',
      'median',
      'p99',
      'p99 to alone',
      'busy requests/s',
    ],
    rows: [row('within its limit', within), row('beyond its limit (429)', beyond)],
    notes: [
      `${ROUNDS} rounds, on the embedded store. The other subject sends one request at a time: ${ALONE} alone, then up to ${MOST_BESIDE} until the ${BUSY_REQUESTS} are answered. All run on the same machine.`,
    ],
  };
}

interface Measured {
  readonly alone: readonly number[];
  readonly beside: readonly number[];
  readonly busyPerSecond: number;
}

/** @param usedUp how many requests the busy subject sends before it is measured */
async function measure(perMinute: number, usedUp = ALONE): Promise<Measured> {
  return inTempFolder(async (folder) => {
    await fillPoolPage(join(folder, 'dialog-pool.sqlite'));
    const keys = ['busy', 'other'].map((key) => ({
      name: key,
      role: 'reader',
      sha256: createHash('sha256').update(key).digest('hex'),
    }));
    const AUTH_KEYS_FILE = join(folder, 'keys.json');
    await writeFile(AUTH_KEYS_FILE, JSON.stringify(keys));
    const server = await startServer({
      DATA_DIR: folder,
      NODE_ENV: 'production',
      AUTH: 'keys',
      AUTH_KEYS_FILE,
      RATE_LIMIT_PER_MINUTE: String(perMinute),
    });
    const load = startLoadGenerator();
    try {
      await send(load, server, usedUp);
      return await rounds(load, server);
    } finally {
      await Promise.all([load.stop(), server.end('SIGTERM')]);
    }
  });
}

async function rounds(load: LoadGenerator, server: Server): Promise<Measured> {
  const alone: number[] = [];
  const beside: number[] = [];
  const rates: number[] = [];
  // In the first round, the server compiles its code.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const before: number[] = [];
    while (before.length < ALONE) before.push(await answeredIn(server));
    let isBusy = true;
    const busy = send(load, server, BUSY_REQUESTS).finally(() => {
      isBusy = false;
    });
    const during: number[] = [];
    while (isBusy && during.length < MOST_BESIDE) during.push(await answeredIn(server));
    const rate = await busy;
    if (round === 0) continue;
    alone.push(...before);
    beside.push(...during);
    rates.push(rate);
  }
  return { alone, beside, busyPerSecond: spreadOf(rates).median };
}

/** Sends requests of the busy subject. @returns answered requests a second */
function send(load: LoadGenerator, { url }: Server, most: number): Promise<number> {
  return load.run({ url, body, token: 'busy', bytes: null, connections: AT_ONCE, ms: ROUND_MS, most });
}

/** How long the other subject waits for its page, in milliseconds. */
async function answeredIn({ url }: Server): Promise<number> {
  const began = performance.now();
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer other' },
    body,
  });
  await response.text();
  if (response.status !== 200) throw new Error(`the other subject is answered with ${response.status}`);
  return performance.now() - began;
}
