import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { startProvider, writesDialogs } from '../llm/provider.ts';
import { type Server, startServer } from '../llm/server.ts';
import { seededRandom } from '../support/random.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { claim, createCourse, dialogsOf, ensure } from './course-on-server.ts';

const ROUNDS = 12;
const PROFILES = Array.from({ length: ROUNDS }, (_, round) => `course-${round}`);

/** What a server has acknowledged and must therefore not lose. */
interface Acknowledged {
  /** Ids of dialogs reported as created, by profile. */
  readonly created: Map<string, string[]>;
  /** Ids of dialogs handed out to callers. */
  readonly claimed: string[];
}

/** Adds one dialog after the other to a profile, and notes each, until the server has ended. */
async function topUpUntilKilled(server: Server, profileId: string, { created }: Acknowledged): Promise<void> {
  const ids = created.get(profileId) ?? [];
  created.set(profileId, ids);
  for (let min = ids.length + 2; ; min += 3) {
    const answer = await ensure(server, profileId, min);
    ids.push(...answer.created.map(({ id }) => id));
  }
}

/** Claims one dialog after the other, and notes each, until the server has ended. */
async function claimUntilKilled(server: Server, profileId: string, { claimed }: Acknowledged): Promise<void> {
  for (;;) {
    const id = await claim(server, profileId);
    if (id !== null) claimed.push(id);
    await pause(5);
  }
}

test('killed a dozen times during top-ups, the pool has lost no dialog and has none twice', async () => {
  const provider = await startProvider((call) => ({ ...writesDialogs(call), afterMs: 15 }));
  onTestFinished(() => provider.close());
  const env = {
    DATA_DIR: await tempFolder(),
    LLM_BASE_URL: provider.baseUrl,
    LLM_MODEL: 'test-chat',
    LOG_LEVEL: 'warn',
  };
  const start = async () => {
    const server = await startServer({ ...env, LOG_LEVEL: 'info' });
    onTestFinished(async () => {
      await server.end('SIGKILL');
    });
    return server;
  };
  const random = seededRandom(2025);
  const acknowledged: Acknowledged = { created: new Map(), claimed: [] };

  const setUp = await start();
  for (const profileId of PROFILES) await createCourse(setUp, profileId, 120);
  await createCourse(setUp, 'claimed', 400);
  await ensure(setUp, 'claimed', 400);
  await setUp.end('SIGKILL');

  // Each round kills the server during top-ups of a new profile, so that their leases expire at the same time.
  for (const profileId of PROFILES) {
    const server = await start();
    const cutOff = Promise.allSettled([
      topUpUntilKilled(server, profileId, acknowledged),
      claimUntilKilled(server, 'claimed', acknowledged),
    ]);
    while (!acknowledged.created.get(profileId)?.length) await pause(5);
    await pause(random() * 150);
    expect(await server.end('SIGKILL')).toBe(null);
    for (const { status } of await cutOff) expect(status).toBe('rejected');
  }

  const survivor = await start();
  const answers = await Promise.all(PROFILES.map((profileId) => ensure(survivor, profileId, 60)));
  for (const [i, profileId] of PROFILES.entries()) {
    expect(answers[i]).toMatchObject({ outcome: 'SATISFIED', unusedTotal: 60 });
    const { all, pool } = await dialogsOf(survivor, profileId);
    expect(pool).toEqual({ unusedTotal: 60, usedTotal: 0 });
    expect(new Set(all.map(({ word }) => word?.id)).size).toBe(60);
    expect(all.map(({ id }) => id)).toEqual(
      expect.arrayContaining(acknowledged.created.get(profileId) ?? []),
    );
    for (const { turns } of all) {
      expect(turns).toHaveLength(4);
      expect(turns.every(({ text, translation }) => text && translation)).toBe(true);
    }
  }
  expect([...acknowledged.created.values()].flat().length).toBeGreaterThan(ROUNDS);

  const { all } = await dialogsOf(survivor, 'claimed');
  const used = new Set(all.filter(({ isUsed }) => isUsed).map(({ id }) => id));
  expect(acknowledged.claimed.length).toBeGreaterThan(ROUNDS);
  expect(new Set(acknowledged.claimed).size).toBe(acknowledged.claimed.length);
  for (const id of acknowledged.claimed) expect(used).toContain(id);
  // A claim whose answer was lost may have been executed. There is at most one in a round.
  expect(used.size - acknowledged.claimed.length).toBeLessThanOrEqual(ROUNDS);
});
