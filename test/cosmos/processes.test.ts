import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { EMULATOR_KEY, type Emulator, startEmulator } from '../emulators/cosmos-emulator.ts';
import { graphql } from '../generated/index.ts';
import { type ProviderCall, type Reply, startProvider, writesDialogs } from '../llm/provider.ts';
import { type Server, startServer } from '../llm/server.ts';
import { createCourse } from '../support/course.ts';
import { openedCosmosStore } from './opened-cosmos-store.ts';

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

/** Two servers on one database that holds a course of 60 words, their dialogs written by a provider. */
async function twoServers(script: (call: ProviderCall) => Reply) {
  const opened = await openedCosmosStore(emulator);
  onTestFinished(() => opened.dispose());
  await createCourse(opened.store, { teaching: 30, pending: 30 });
  const provider = await startProvider(script);
  onTestFinished(() => provider.close());
  const start = async (): Promise<Server> => {
    const server = await startServer({
      COSMOS_ENDPOINT: emulator.url,
      COSMOS_KEY: EMULATOR_KEY,
      COSMOS_DATABASE: opened.name,
      LLM_BASE_URL: provider.baseUrl,
      LLM_MODEL: 'test',
    });
    onTestFinished(async () => void (await server.end('SIGKILL')));
    return server;
  };
  const [one, other] = await Promise.all([start(), start()]);
  return { store: opened.store, provider, servers: [one, other] as const };
}

describe('two server processes on one database', () => {
  test('make exactly what 16 callers at once are short of, and pay for no more', async () => {
    const { store, provider, servers } = await twoServers((call) => ({
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
    const { store, servers } = await twoServers(writesDialogs);
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

  test('go on within a minute when one of them is killed in the middle of a top-up', async () => {
    let slow = true;
    const { store, provider, servers } = await twoServers((call) => ({
      ...writesDialogs(call),
      afterMs: slow && call.number > 6 ? 60_000 : 0,
    }));
    const [killed, other] = servers;
    const cut = killed.ask(Ensure, { id: 'course', min: 12 }).catch((error: unknown) => error);
    while (provider.calls.length < 8) await new Promise(setImmediate);
    await killed.end('SIGKILL');
    expect(await cut).toBeInstanceOf(Error);
    slow = false;
    const left = await store.unusedTotal('course');
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(12);
    const began = Date.now();
    const { ensureDialogs } = await other.ask(Ensure, { id: 'course', min: 12 });
    expect(Date.now() - began).toBeLessThan(60_000);
    expect(ensureDialogs).toMatchObject({ unusedTotal: 12, outcome: 'SATISFIED' });
    expect(ensureDialogs.created).toHaveLength(12 - left);
  }, 90_000);
});

describe('a server that is configured wrongly ends within 15 seconds, with one message', () => {
  const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

  async function refused(env: Readonly<Record<string, string>>): Promise<string> {
    const child = spawn(process.execPath, [MAIN], {
      env: { PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = once(child, 'exit');
    const messages = await text(child.stderr);
    const [code] = await ended;
    expect(code).toBe(1);
    return messages;
  }

  test.concurrent('of an unknown host', { timeout: 15_000 }, async () => {
    const message = await refused({ COSMOS_ENDPOINT: 'https://nobody.invalid', COSMOS_KEY: EMULATOR_KEY });
    expect(message).toMatch(/^COSMOS_ENDPOINT: https:\/\/nobody\.invalid does not answer .*\n$/);
  });

  test.concurrent('of a database that is not there', { timeout: 15_000 }, async () => {
    const message = await refused({ COSMOS_ENDPOINT: emulator.url, COSMOS_DATABASE: 'mistyped' });
    expect(message).toMatch(/^COSMOS_DATABASE: there is no database "mistyped" .*\n$/);
  });

  test.concurrent('of a container with another partition key', { timeout: 15_000 }, async () => {
    const database = `wrong-key-${randomUUID()}`;
    await emulator.createDatabase(database, { words: '/word' });
    const message = await refused({ COSMOS_ENDPOINT: emulator.url, COSMOS_DATABASE: database });
    expect(message).toMatch(/^The container words of the database .* has the partition key "\/word".*\n$/);
  });

  test.concurrent('of a key without an endpoint', { timeout: 15_000 }, async () => {
    const message = await refused({ COSMOS_KEY: 'c2VjcmV0' });
    expect(message).toContain('COSMOS_ENDPOINT is missing, but COSMOS_KEY is set');
    expect(message).not.toContain('c2VjcmV0');
  });
});
