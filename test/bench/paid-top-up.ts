import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { graphql } from '../generated/index.ts';
import { startProvider, writesDialogs } from '../llm/provider.ts';
import { startServer } from '../llm/server.ts';

const MISSING = 12;
const CALL_MS = 200;
const CONCURRENCY = 4;

const CreateProfile = graphql(`
  mutation CreateBenchProfile($id: ID!, $words: [WordInput!]!) {
    createProfile(input: { id: $id, name: "Bench", nativeLanguage: "en", targetLanguage: "de" }) { id }
    addWords(profileId: $id, words: $words) { added { id } }
  }
`);

const Ensure = graphql(`
  mutation EnsureBenchDialogs($id: ID!, $min: Int!) {
    ensureDialogs(profileId: $id, min: $min) { unusedTotal spend { calls } }
  }
`);

/** How long the top-ups took, measured by a caller over HTTP. */
export interface PaidTopUpTimes {
  /** What the calls alone must take: in milliseconds, as all of these. */
  readonly idealMs: number;
  readonly minMs: number;
  readonly medianMs: number;
  readonly maxMs: number;
}

/**
 * Times top-ups of twelve missing dialogs by a model that takes 200 ms for each and is called by four at once: the
 * built server on the embedded store, each time with another profile of 100 words. One top-up before them is not
 * counted, in which the server warms up.
 */
export async function timePaidTopUps(rounds: number): Promise<PaidTopUpTimes> {
  const folder = await mkdtemp(join(tmpdir(), 'dialog-pool-bench-'));
  const provider = await startProvider((call) => ({ ...writesDialogs(call), afterMs: CALL_MS }));
  const server = await startServer({
    DATA_DIR: folder,
    LLM_BASE_URL: provider.baseUrl,
    LLM_MODEL: 'bench',
    LLM_CONCURRENCY: String(CONCURRENCY),
  });
  try {
    const times: number[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const id = `bench-${round}`;
      const words = Array.from({ length: 100 }, (_, i) => ({ text: `Wort ${i}` }));
      await server.ask(CreateProfile, { id, words });
      const began = performance.now();
      const { ensureDialogs } = await server.ask(Ensure, { id, min: MISSING });
      times.push(performance.now() - began);
      if (ensureDialogs.unusedTotal !== MISSING || ensureDialogs.spend.calls !== MISSING) {
        throw new Error(`the top-up went wrong: ${JSON.stringify(ensureDialogs)}`);
      }
    }
    const sorted = times.slice(1).toSorted((a, b) => a - b);
    const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
    const idealMs = Math.ceil(MISSING / CONCURRENCY) * CALL_MS;
    return { idealMs, minMs: at(0), medianMs: at(0.5), maxMs: at(1) };
  } finally {
    await server.end('SIGTERM');
    await provider.close();
    await rm(folder, { recursive: true, force: true });
  }
}
