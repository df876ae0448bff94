import { join } from 'node:path';
import { openSqliteStore } from '../../../src/adapters/sqlite/sqlite-store.ts';
import { templateGenerator } from '../../../src/adapters/template/generator.ts';
import { createCourse } from '../../support/course.ts';
import { benchPool, inTempFolder } from '../bench-store.ts';
import { POOL_PAGE } from '../pool-page/page.ts';
import { type PageServer, startLoadGenerator, startPageServer } from '../pool-page/processes.ts';
import { spreadOf, spreadText } from '../spread.ts';
import type { Report } from '../table.ts';

export const name = 'pool-page';

const WORDS = 200;
const ROUNDS = 8;
const ROUND_MS = 1_500;
const CONNECTIONS = 32;

const KINDS: Readonly<Record<string, string>> = {
  ours: 'ours',
  mercurius: 'Mercurius 16',
  apollo: 'Apollo Server 5',
  'mercurius-jit': 'Mercurius 16, jit: 1',
};

/** A server with what was measured of it. */
interface Measured {
  readonly kind: string;
  readonly server: PageServer;
  readonly bytes: number;
  readonly rates: number[];
  readonly cpu: number[];
}

/** How many pool pages ours serves in a second, and how many other servers over the same schema and data. */
export async function run(): Promise<Report> {
  return inTempFolder(async (folder) => {
    const path = join(folder, 'pool.sqlite');
    await fill(path);
    const load = startLoadGenerator();
    const servers: Measured[] = [];
    try {
      const body = JSON.stringify(POOL_PAGE);
      let page: string | undefined;
      for (const kind of Object.keys(KINDS)) {
        const server = await startPageServer(kind, path);
        const answer = await ask(server.url, body);
        servers.push({ kind, server, bytes: Buffer.byteLength(answer), rates: [], cpu: [] });
        page ??= dataOf(answer);
        // Their hosts differ, and no page shows them.
        if (dataOf(answer) !== page) throw new Error(`${kind} serves another page than ${servers[0]?.kind}`);
      }
      for (let round = 0; round <= ROUNDS; round += 1) {
        for (const { server, bytes, rates, cpu } of servers) {
          const cpuBefore = await server.cpuMs();
          const order = { url: server.url, body, bytes, connections: CONNECTIONS, ms: ROUND_MS };
          const rate = await load.run(order);
          const cpuAfter = await server.cpuMs();
          if (round === 0) continue;
          rates.push(rate);
          if (cpuBefore !== null && cpuAfter !== null)
            cpu.push((cpuAfter - cpuBefore) / (rate * (ROUND_MS / 1000)));
        }
      }
    } finally {
      await Promise.all([load, ...servers.map(({ server }) => server)].map((child) => child.stop()));
    }
    return report(servers);
  });
}

async function fill(path: string): Promise<void> {
  const store = await openSqliteStore({ path });
  try {
    await createCourse(store, { teaching: WORDS / 4, pending: WORDS - WORDS / 4 });
    const { unusedTotal } = await benchPool(store, templateGenerator()).ensureDialogs('course', WORDS);
    if (unusedTotal !== WORDS) throw new Error(`${unusedTotal} of ${WORDS} words have a dialog`);
  } finally {
    await store.close();
  }
}

async function ask(url: string, body: string): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  return response.text();
}

function dataOf(answer: string): string {
  const { data } = JSON.parse(answer);
  return JSON.stringify(data);
}

function report(servers: readonly Measured[]): Report {
  const ours = servers.find(({ kind }) => kind === 'ours')?.rates ?? [];
  return {
    title: 'The pool page: profile, counts and 50 words with their unused dialogs',
    columns: [
      'server',
      'requests/s: median (least to most)',
      'ours is faster by',
      'its processor time, ms a request',
    ],
    rows: servers.map(({ kind, rates, cpu }) => [
      KINDS[kind] ?? kind,
      spreadText(spreadOf(rates)),
      spreadOf(ours.map((rate, round) => rate / (rates[round] ?? Number.NaN))).median.toFixed(2),
      cpu.length === 0 ? '-' : spreadText(spreadOf(cpu), 2),
    ]),
    notes: [
      `${CONNECTIONS} connections, ${ROUNDS} rounds of ${ROUND_MS / 1000} s each, by turns; each server in a process of its own with NODE_ENV=production, over one schema, one data file and the same loaders. The factor is the median of those of the rounds.`,
      'Goal: more requests than Mercurius and Apollo Server as they are. Ours compiles queries that come again, which Mercurius does where jit is set.',
    ],
  };
}
