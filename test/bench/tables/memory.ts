import { graphql } from '../../generated/index.ts';
import { type Server, startServer } from '../../llm/server.ts';
import { inTempFolder } from '../bench-store.ts';
import type { Report } from '../table.ts';

export const name = 'memory';

const TOP_UPS = 1_000;
const MIN = 12;

const CreateCourse = graphql(`
  mutation CreateMemoryCourse($id: ID!, $words: [WordInput!]!) {
    createProfile(input: { id: $id, name: "Memory", nativeLanguage: "en", targetLanguage: "es" }) { id }
    addWords(profileId: $id, words: $words) { added { id } }
  }
`);

const TopUpAndClaim = graphql(`
  mutation TopUpAndClaimForMemory($id: ID!, $min: Int!) {
    ensureDialogs(profileId: $id, min: $min) { created { id turns { text translation } } unusedTotal }
    claimDialogs(profileId: $id, count: $min) { id }
  }
`);

/** Measures the memory of the built server after the start and after many requests. */
export async function run(): Promise<Report> {
  return inTempFolder(async (folder) => {
    const server = await startServer({ DATA_DIR: folder, DEMO: '1' });
    try {
      const started = await memoryOf(server);
      const id = 'memory';
      const words = Array.from({ length: 500 }, (_, i) => ({
        text: `palabra ${i}`,
        translation: `word ${i}`,
      }));
      await server.ask(CreateCourse, { id, words });
      for (let i = 0; i < TOP_UPS; i += 1) {
        const { ensureDialogs, claimDialogs } = await server.ask(TopUpAndClaim, { id, min: MIN });
        if (ensureDialogs.unusedTotal !== MIN || claimDialogs.length !== MIN)
          throw new Error('a top-up went wrong');
      }
      const worked = await memoryOf(server);
      return {
        title: 'Memory of the server, in MB',
        columns: ['when', 'resident', 'JavaScript heap in use'],
        rows: [
          ['after the start, with the demo', started.resident, started.heap],
          [
            `after ${TOP_UPS.toLocaleString('en')} top-ups of ${MIN} and as many claims`,
            worked.resident,
            worked.heap,
          ],
        ],
      };
    } finally {
      await server.end('SIGTERM');
    }
  });
}

/** As reported by the server's own metrics. */
async function memoryOf({ url }: Server): Promise<{ resident: number; heap: number }> {
  const metrics = await (await fetch(new URL('/metrics', url))).text();
  const megabytes = (metric: string): number => {
    const [, bytes] = new RegExp(`^${metric} (\\S+)$`, 'm').exec(metrics) ?? [];
    return Math.round(Number(bytes) / 1_000_000);
  };
  return {
    resident: megabytes('process_resident_memory_bytes'),
    heap: megabytes('nodejs_heap_size_used_bytes'),
  };
}
