import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { EMULATOR_KEY, startEmulator } from '../emulators/cosmos-emulator.ts';
import { type Provider, startProvider, writesDialogs } from '../llm/provider.ts';
import { type Server, startServer } from '../llm/server.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { createCourse, dialogsOf, ensure } from './course-on-server.ts';
import { type FakeClock, fakeClock } from './fake-clock.ts';

const MIN = 12;
const CALLERS = 8;
const CALL_MS = 200;
const HOUR = 3600;

/** Environment variables that name the store that processes share. */
const STORES = [
  { name: 'one file', open: async () => ({ DATA_DIR: await tempFolder() }) },
  {
    name: 'Azure Cosmos DB',
    async open() {
      const emulator = await startEmulator();
      onTestFinished(() => emulator.stop());
      await emulator.createDatabase('clocks');
      return { COSMOS_ENDPOINT: emulator.url, COSMOS_KEY: EMULATOR_KEY, COSMOS_DATABASE: 'clocks' };
    },
  },
] as const;

interface Scene {
  readonly provider: Provider;
  /** The clock of the second process. The first one uses the machine's. */
  readonly clock: FakeClock;
  readonly servers: readonly [right: Server, wrong: Server];
}

/** Two processes on one store and one model that takes 200 ms a call; the second one's wall clock is wrong. */
async function twoServers(
  openStore: () => Promise<Readonly<Record<string, string>>>,
  aheadSeconds: number,
): Promise<Scene> {
  const provider = await startProvider((call) => ({ ...writesDialogs(call), afterMs: CALL_MS }));
  onTestFinished(() => provider.close());
  const clock = await fakeClock(aheadSeconds);
  const env = { ...(await openStore()), LLM_BASE_URL: provider.baseUrl, LLM_MODEL: 'test-chat' };
  const start = async (more: Readonly<Record<string, string>>) => {
    const server = await startServer({ ...env, ...more });
    onTestFinished(async () => void (await server.end('SIGKILL')));
    return server;
  };
  return { provider, clock, servers: [await start({}), await start(clock.env)] };
}

/** Tops up from both processes at once, with several callers each. */
function ensureEverywhere({ servers }: Scene, profileId: string) {
  return Promise.all(
    Array.from({ length: 2 * CALLERS }, (_, caller) => ensure(servers[caller % 2 ? 0 : 1], profileId, MIN)),
  );
}

async function expectExactly(
  scene: Scene,
  profileId: string,
  answers: Awaited<ReturnType<typeof ensureEverywhere>>,
) {
  for (const answer of answers) expect(answer).toMatchObject({ unusedTotal: MIN, outcome: 'SATISFIED' });
  const created = answers.flatMap((answer) => answer.created.map(({ id }) => id));
  expect(new Set(created).size).toBe(MIN);
  expect(created).toHaveLength(MIN);
  const { pool, all } = await dialogsOf(scene.servers[0], profileId);
  expect(pool).toEqual({ unusedTotal: MIN, usedTotal: 0 });
  expect(new Set(all.map(({ word }) => word?.id)).size).toBe(MIN);
  expect(scene.provider.calls).toHaveLength(MIN);
}

describe.each(STORES)('two processes with 8 callers each on $name', ({ open }) => {
  test.each([-HOUR, -60, 17, 60, HOUR])(
    'make and pay for exactly the minimum while the clock of one is %i s ahead',
    async (aheadSeconds) => {
      const scene = await twoServers(open, aheadSeconds);
      await createCourse(scene.servers[0], 'course', 60);
      await expectExactly(scene, 'course', await ensureEverywhere(scene, 'course'));
    },
  );

  test.each([-HOUR, 60, HOUR])(
    'make and pay for exactly the minimum while the clock of one jumps by %i s and back in mid-work',
    async (jumpSeconds) => {
      const scene = await twoServers(open, 0);
      await createCourse(scene.servers[0], 'course', 60);
      const ensuring = ensureEverywhere(scene, 'course');
      while (scene.provider.calls.length < 3) await pause(5);
      await scene.clock.set(jumpSeconds);
      while (scene.provider.calls.length < 7) await pause(5);
      await scene.clock.set(0);
      await expectExactly(scene, 'course', await ensuring);
    },
  );

  test('a process an hour ahead that is killed in mid-work blocks the profile for less than a minute', async () => {
    const scene = await twoServers(open, HOUR);
    const [survivor, killed] = scene.servers;
    await createCourse(survivor, 'course', 60);
    const cut = ensure(killed, 'course', MIN).catch((error: unknown) => error);
    while (scene.provider.calls.length < 6) await pause(5);
    await killed.end('SIGKILL');
    expect(await cut).toBeInstanceOf(Error);
    const waited = await Promise.race([ensure(survivor, 'course', MIN), pause(60_000, 'still blocked')]);
    expect(waited).toMatchObject({ unusedTotal: MIN, outcome: 'SATISFIED' });
    const { pool, all } = await dialogsOf(survivor, 'course');
    expect(pool.unusedTotal).toBe(MIN);
    expect(new Set(all.map(({ word }) => word?.id)).size).toBe(MIN);
    // The calls that were running at the kill were paid for without a dialog: at most four, as many as run at once.
    expect(scene.provider.calls.length).toBeLessThanOrEqual(MIN + 4);
  });
});
