import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../emulators/cosmos-emulator.ts';
import { graphql } from '../generated/index.ts';
import { writesDialogs } from '../llm/provider.ts';
import { fastClock } from '../support/clocks.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { openTestApp } from '../support/test-app.ts';
import { refusedStart } from './refused-start.ts';
import { twoServers } from './two-servers.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

const Ensure = graphql(`
  mutation EnsureInProcesses($id: ID!, $min: Int!) {
    ensureDialogs(profileId: $id, min: $min) { created { id } unusedTotal outcome }
  }
`);

const Claim = graphql(`
  mutation ClaimInProcesses($id: ID!, $count: Int!) {
    claimDialogs(profileId: $id, count: $count) { id }
  }
`);

describe('two server processes on one database', () => {
  test('make exactly what 16 callers at once are short of, and pay for no more', async () => {
    const { store, provider, servers } = await twoServers(emulator, (call) => ({
      ...writesDialogs(call),
      afterMs: 20,
    }));
    const results = await Promise.all(
      Array.from({ length: 16 }, (_, caller) => {
        const server = caller % 2 === 0 ? servers[0] : servers[1];
        return server.ask(Ensure, { id: 'course', min: 20 });
      }),
    );
    for (const { ensureDialogs } of results)
      expect(ensureDialogs).toMatchObject({ unusedTotal: 20, outcome: 'SATISFIED' });
    const created = results.flatMap(({ ensureDialogs }) => ensureDialogs.created.map(({ id }) => id));
    expect(new Set(created).size).toBe(20);
    expect(created).toHaveLength(20);
    expect(provider.calls).toHaveLength(20);
    expect(await store.unusedTotal('course')).toBe(20);
  });

  test('hand each dialog to one caller', async () => {
    const { store, servers } = await twoServers(emulator, writesDialogs);
    await servers[0].ask(Ensure, { id: 'course', min: 30 });
    const results = await Promise.all(
      Array.from({ length: 16 }, (_, caller) => {
        const server = caller % 2 === 0 ? servers[0] : servers[1];
        return server.ask(Claim, { id: 'course', count: 2 });
      }),
    );
    const claimed = results.flatMap(({ claimDialogs }) => claimDialogs.map(({ id }) => id));
    expect(claimed).toHaveLength(30);
    expect(new Set(claimed).size).toBe(30);
    expect(await store.dialogCounts(['course'])).toEqual([{ unused: 0, used: 30 }]);
  });

  test('leave a pool that can be filled if one of them is killed in the middle of a top-up', async () => {
    const { store, provider, servers } = await twoServers(emulator, (call) => ({
      ...writesDialogs(call),
      afterMs: call.number > 6 ? 60_000 : 0,
    }));
    const cut = servers[0].ask(Ensure, { id: 'course', min: 12 }).catch((error: unknown) => error);
    while (provider.calls.length < 8) await new Promise(setImmediate);
    await servers[0].end('SIGKILL');
    expect(await cut).toBeInstanceOf(Error);
    const left = await store.unusedTotal('course');
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(12);
    // The lease of the killed process is taken over after 20 seconds, which a clock that is 20 times as fast shortens.
    const app = await openTestApp({ store, generator: scriptedGenerator(), clock: fastClock(20) });
    const { ensureDialogs } = await app.ask(Ensure, { id: 'course', min: 12 });
    expect(ensureDialogs).toMatchObject({ unusedTotal: 12, outcome: 'SATISFIED' });
    expect(ensureDialogs.created).toHaveLength(12 - left);
  });
});

describe('a server that is configured wrongly ends within half a minute, with one message', () => {
  test.concurrent('of a database that is not there', { timeout: 30_000 }, async () => {
    const message = await refusedStart({ COSMOS_ENDPOINT: emulator.url, COSMOS_DATABASE: 'mistyped' });
    expect(message).toMatch(/^COSMOS_DATABASE: there is no database "mistyped" .*\n$/);
  });

  test.concurrent('of a container with another partition key', { timeout: 30_000 }, async () => {
    const database = `wrong-key-${randomUUID()}`;
    await emulator.createDatabase(database, { words: '/word' });
    const message = await refusedStart({ COSMOS_ENDPOINT: emulator.url, COSMOS_DATABASE: database });
    expect(message).toMatch(/^The container words of the database .* has the partition key "\/word".*\n$/);
  });

  test.concurrent('of a key without an endpoint', { timeout: 30_000 }, async () => {
    const message = await refusedStart({ COSMOS_KEY: 'c2VjcmV0' });
    expect(message).toContain('COSMOS_ENDPOINT is missing, but COSMOS_KEY is set');
    expect(message).not.toContain('c2VjcmV0');
  });
});
