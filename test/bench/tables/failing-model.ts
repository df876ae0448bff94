import { graphql } from '../../generated/index.ts';
import {
  dialogJson,
  type ProviderCall,
  type Reply,
  startProvider,
  writesDialogs,
} from '../../llm/provider.ts';
import { startServer } from '../../llm/server.ts';
import { inTempFolder } from '../bench-store.ts';
import type { Report } from '../table.ts';

export const name = 'failing-model';

const WORDS = Array.from({ length: 30 }, (_, i) => ({ text: `Wort ${i}` }));

const AddCourse = graphql(`
  mutation AddCourseForFailingModel($words: [WordInput!]!) {
    createProfile(input: { id: "ana", name: "Bench", nativeLanguage: "en", targetLanguage: "de" }) { id }
    addWords(profileId: "ana", words: $words) { added { id } }
  }
`);

const Ensure = graphql(`
  mutation EnsureWithFailingModel {
    ensureDialogs(profileId: "ana", min: 12) { outcome unusedTotal spend { calls } }
  }
`);

const refuses = (status: number, headers?: Record<string, string>) => (): Reply => ({
  status,
  ...(headers && { headers }),
});
/** Answers the first calls with `reply`, and writes dialogs for the others. */
const first = (count: number, reply: () => Reply) => (call: ProviderCall) =>
  call.number <= count ? reply() : writesDialogs(call);

/** What the provider does, and how it answers the calls. A call for a word the second time is a repair. */
const CASES: readonly [what: string, answer: (call: ProviderCall, isRepair: boolean) => Reply][] = [
  ['answers at once', writesDialogs],
  ['refuses the key (401)', refuses(401)],
  [
    'has no money left (429 `insufficient_quota`)',
    () => ({ status: 429, body: { error: { code: 'insufficient_quota' } } }),
  ],
  [
    'refuses the key after five dialogs',
    (call) => (call.number <= 5 ? writesDialogs(call) : { status: 401 }),
  ],
  ['answers 400 to everything', refuses(400)],
  ['answers 429 to everything', refuses(429)],
  ['answers 500 to everything', refuses(500)],
  ['answers 429 with `Retry-After: 1` to everything', refuses(429, { 'retry-after': '1' })],
  ['answers 429 with `Retry-After: 1` to four calls', first(4, refuses(429, { 'retry-after': '1' }))],
  ['answers 429 with `Retry-After: 120`', refuses(429, { 'retry-after': '120' })],
  ['answers 503 to four calls', first(4, refuses(503))],
  ['never answers (`LLM_TIMEOUT_MS=2000`)', () => ({ broken: 'hang' })],
  ['resets every connection', () => ({ broken: 'reset' })],
  ['breaks every body off', () => ({ broken: 'truncated' })],
  ['resets one connection', first(1, () => ({ broken: 'reset' }))],
  [
    'puts prose and fences around good JSON',
    ({ word }) => ({ content: `Here you are:\n\`\`\`json\n${dialogJson(word)}\n\`\`\`\nEnjoy!` }),
  ],
  [
    'has no JSON mode',
    (call) =>
      call.body.response_format === undefined
        ? writesDialogs(call)
        : { status: 400, body: { error: { message: 'response_format is not supported' } } },
  ],
  [
    'gives an unusable first answer for every word',
    (call, isRepair) => (isRepair ? writesDialogs(call) : { content: 'I would rather not.' }),
  ],
  ['never gives a usable answer', () => ({ content: 'I would rather not.' })],
];

/** Measures what a top-up makes of a model that fails in one way or another. */
export async function run(): Promise<Report> {
  const rows: (readonly (string | number)[])[] = [];
  for (const [what, answer] of CASES) rows.push([what, ...(await topUpWith(answer))]);
  return {
    title: 'A top-up of 12 missing dialogs, 30 words and 4 calls at once',
    columns: [
      'what the provider does',
      'outcome',
      'dialogs kept',
      'calls sent',
      'counted as paid',
      'took, s',
    ],
    rows,
    notes: [
      'Each row is one run of the built server on a new store; the time includes its first compilation.',
    ],
  };
}

async function topUpWith(answer: (call: ProviderCall, isRepair: boolean) => Reply) {
  const asked = new Set<string>();
  const provider = await startProvider((call) => {
    const isRepair = asked.has(call.word);
    asked.add(call.word);
    return answer(call, isRepair);
  });
  try {
    return await inTempFolder(async (folder) => {
      const server = await startServer({
        DATA_DIR: folder,
        LLM_BASE_URL: provider.baseUrl,
        LLM_MODEL: 'bench',
        LLM_TIMEOUT_MS: '2000',
      });
      try {
        await server.ask(AddCourse, { words: WORDS });
        const began = performance.now();
        const { outcome, unusedTotal, spend } = (await server.ask(Ensure, {})).ensureDialogs;
        const seconds = ((performance.now() - began) / 1000).toFixed(1);
        return [outcome, unusedTotal, provider.calls.length, spend.calls, seconds] as const;
      } finally {
        await server.end('SIGTERM');
      }
    });
  } finally {
    await provider.close();
  }
}
