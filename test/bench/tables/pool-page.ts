import { join } from 'node:path';
import { inTempFolder } from '../bench-store.ts';
import { fillPoolPage } from '../pool-page/fill.ts';
import { POOL_PAGE } from '../pool-page/page.ts';
import { type PageServer, startLoadGenerator, startOurs, startPeer } from '../pool-page/processes.ts';
import { quartilesText, spreadOf } from '../spread.ts';
import type { Report } from '../table.ts';

export const name = 'pool-page';

const ROUNDS = 7;
const ROUND_MS = 1_500;
/** How long a server takes to compile and optimize its code under this load, as counted with `--trace-opt`. */
const WARM_UP_MS = 12_000;
const CONNECTIONS = 32;

const KINDS: Readonly<Record<string, string>> = {
  ours: 'ours',
  mercurius: 'Mercurius 16',
  apollo: 'Apollo Server 5',
  'mercurius-jit': 'Mercurius 16, jit: 1',
};

/** A server and its measurements, one for each round. */
interface Measured {
  readonly kind: string;
  readonly server: PageServer;
  /** Length of the answer. */
  readonly bytes: number;
  /** Requests a second. */
  readonly rates: number[];
  /** Milliseconds of processor time a request. */
  readonly cpu: number[];
}

/** Measures how many pool pages a second this server and others serve, over the same schema and data. */
export async function run(): Promise<Report> {
  return inTempFolder(async (folder) => {
    const path = join(folder, 'dialog-pool.sqlite');
    await fillPoolPage(path);
    const load = startLoadGenerator();
    const servers: Measured[] = [];
    try {
      const body = JSON.stringify(POOL_PAGE);
      let page: string | undefined;
      for (const kind of Object.keys(KINDS)) {
        const server = await (kind === 'ours' ? startOurs(folder) : startPeer(kind, path));
        const answer = await ask(server.url, body);
        servers.push({ kind, server, bytes: Buffer.byteLength(answer), rates: [], cpu: [] });
        page ??= dataOf(answer);
        if (dataOf(answer) !== page) throw new Error(`${kind} serves another page than ${servers[0]?.kind}`);
      }
      for (let round = 0; round <= ROUNDS; round += 1) {
        for (const { server, bytes, rates, cpu } of rotated(servers, round)) {
          const cpuBefore = await server.cpuMs();
          const ms = round === 0 ? WARM_UP_MS : ROUND_MS;
          const rate = await load.run({ url: server.url, body, bytes, connections: CONNECTIONS, ms });
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

/** The servers in another order each round, so that none always runs behind the same other. */
function rotated<Entry>(entries: readonly Entry[], by: number): Entry[] {
  const first = by % entries.length;
  return [...entries.slice(first), ...entries.slice(0, first)];
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
  const ratiosTo = (rates: readonly number[]) => ours.map((rate, i) => rate / (rates[i] ?? Number.NaN));
  return {
    title: 'The pool page: profile, counts and 50 words with their unused dialogs',
    columns: [
      'server',
      'requests/s: median (quartiles)',
      'requests/s of ours, as a multiple: median (quartiles)',
      'in each round',
      'ms of processor time a request',
    ],
    rows: servers.map(({ kind, rates, cpu }) => [
      KINDS[kind] ?? kind,
      quartilesText(spreadOf(rates)),
      quartilesText(spreadOf(ratiosTo(rates)), 2),
      ratiosTo(rates)
        .map((ratio) => ratio.toFixed(2))
        .join(' '),
      cpu.length === 0 ? '-' : quartilesText(spreadOf(cpu), 2),
    ]),
    notes: [
      `${CONNECTIONS} connections, ${ROUNDS} rounds of ${ROUND_MS / 1000} s for each server, in another order each round, after ${WARM_UP_MS / 1000} s in which it optimizes its code. Each server is a process of its own with NODE_ENV=production. All have the same schema, data file and loaders.`,
      'Goal: at least 1.0 times as many as Mercurius with jit: 1, 2 times as many as Mercurius without it, and 2.5 times as many as Apollo Server.',
    ],
  };
}
