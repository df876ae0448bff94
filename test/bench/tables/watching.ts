import { usedTotals } from '../../clients/used-totals.ts';
import { EMULATOR_KEY, startEmulator } from '../../emulators/cosmos-emulator.ts';
import { graphql } from '../../generated/index.ts';
import { type Server, startServer } from '../../llm/server.ts';
import { createCourse, ensure } from '../../processes/course-on-server.ts';
import { inTempFolder } from '../bench-store.ts';
import { spreadOf, spreadText } from '../spread.ts';
import type { Report } from '../table.ts';

export const name = 'watching';

const CHANGES = 20;

const Claim = graphql(`
  mutation ClaimForWatchers { claimDialogs(profileId: "watched") { id } }
`);

/** Measures how late clients of a server see what it changes, and what another server changes. */
export async function run(): Promise<Report> {
  const embedded = await inTempFolder((folder) => measure({ DATA_DIR: folder }));
  const emulator = await startEmulator();
  try {
    const cosmos = await measure({ COSMOS_ENDPOINT: emulator.url, COSMOS_KEY: EMULATOR_KEY });
    const row = (store: string, { same, other }: Watching) => [
      store,
      spreadText(spreadOf(same)),
      spreadText(spreadOf(other)),
    ];
    return {
      title: `A claim seen by a subscription, over ${CHANGES} claims, in milliseconds: median (minimum to maximum)`,
      columns: ['store', 'on the same server', 'on another server'],
      rows: [row('embedded', embedded), row('Azure Cosmos DB (emulator)', cosmos)],
    };
  } finally {
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
