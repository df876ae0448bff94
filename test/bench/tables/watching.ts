import { setTimeout as pause } from 'node:timers/promises';
import { usedTotals } from '../../clients/used-totals.ts';
import { type FaultyProxy, startFaultyProxy } from '../../cosmos/faulty-proxy.ts';
import { EMULATOR_KEY, startEmulator } from '../../emulators/cosmos-emulator.ts';
import { graphql } from '../../generated/index.ts';
import { type Server, startServer } from '../../llm/server.ts';
import { createCourse, ensure } from '../../processes/course-on-server.ts';
import { inTempFolder } from '../bench-store.ts';
import { spreadOf, spreadText } from '../spread.ts';
import type { Report } from '../table.ts';

export const name = 'watching';

const CHANGES = 20;
/** How long requests are counted while nothing changes, in seconds. */
const IDLE_SECONDS = 20;

const Claim = graphql(`
  mutation ClaimForWatchers { claimDialogs(profileId: "watched") { id } }
`);

/** Measures how late clients of a server see what it changes, and what another server changes. */
export async function run(): Promise<Report> {
  const embedded = await inTempFolder((folder) => measure({ DATA_DIR: folder }));
  const emulator = await startEmulator();
  const proxy = await startFaultyProxy(emulator.url);
  try {
    const cosmos = await measure({ COSMOS_ENDPOINT: emulator.url, COSMOS_KEY: EMULATOR_KEY });
    const requests = await idleRequests(proxy);
    const row = (store: string, { same, other }: Watching) => [
      store,
      spreadText(spreadOf(same)),
      spreadText(spreadOf(other)),
    ];
    return {
      title: `A claim seen by a subscription, over ${CHANGES} claims, in milliseconds: median (minimum to maximum)`,
      columns: ['store', 'on the same server', 'on another server'],
      rows: [row('embedded', embedded), row('Azure Cosmos DB (emulator)', cosmos)],
      notes: [
        `While nothing changes, watching a profile on Azure Cosmos DB takes ${requests} requests a second, plans of queries left out.`,
      ],
    };
  } finally {
    await proxy.stop();
    await emulator.stop();
  }
}

interface Watching {
  readonly same: readonly number[];
  readonly other: readonly number[];
}

async function measure(env: Readonly<Record<string, string>>): Promise<Watching> {
  const servers = [await startServer(env), await startServer(env)] as const;
  const [changing, watching] = servers;
  try {
    await createCourse(changing, 'watched', 100, CHANGES * 2);
    await ensure(changing, 'watched');
    const same = await delays(changing, changing);
    const other = await delays(changing, watching);
    return { same, other };
  } finally {
    for (const server of servers) await server.end('SIGTERM');
  }
}

/** How many requests a second a server sends for a profile that is watched, and that nobody changes. */
async function idleRequests(proxy: FaultyProxy): Promise<number> {
  const server = await startServer({ COSMOS_ENDPOINT: proxy.url, COSMOS_KEY: EMULATOR_KEY });
  try {
    const stream = usedTotals(server.url, 'watched');
    await nextOf(stream);
    await pause(2_000);
    proxy.reset();
    await pause(IDLE_SECONDS * 1_000);
    const sent = proxy.watching.length + proxy.exchanges.length;
    await stream.return();
    return sent / IDLE_SECONDS;
  } finally {
    await server.end('SIGTERM');
  }
}

/** From the answer of each claim until a client of `watching` sees it. */
async function delays(changing: Server, watching: Server): Promise<number[]> {
  const stream = usedTotals(watching.url, 'watched');
  let used = await nextOf(stream);
  const measured: number[] = [];
  for (let change = 0; change < CHANGES; change += 1) {
    const expected = used + 1;
    const seen = (async () => {
      while (used < expected) used = await nextOf(stream);
      return performance.now();
    })();
    await changing.ask(Claim, {});
    const answered = performance.now();
    measured.push(Math.max(0, (await seen) - answered));
  }
  await stream.return();
  return measured;
}

async function nextOf(stream: ReturnType<typeof usedTotals>): Promise<number> {
  const { value } = await stream.next();
  if (value === undefined) throw new Error('a stream has ended');
  return value;
}
