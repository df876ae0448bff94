import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EMULATOR_KEY, type Emulator, startEmulator } from '../emulators/cosmos-emulator.ts';
import { graphql } from '../generated/index.ts';
import { writesDialogs } from '../llm/provider.ts';
import { refusedStart } from './refused-start.ts';
import { twoServers } from './two-servers.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

const Ensure = graphql(`
  mutation EnsureInProcessesAtLength($id: ID!, $min: Int!) {
    ensureDialogs(profileId: $id, min: $min) { created { id } unusedTotal outcome }
  }
`);

describe('two server processes on one database', () => {
  test('go on within a minute when one of them is killed in the middle of a top-up', async () => {
    let slow = true;
    const { store, provider, servers } = await twoServers(emulator, (call) => ({
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
  });
});

test('a server with an unknown host ends within half a minute, with one message', {
  timeout: 30_000,
}, async () => {
  const message = await refusedStart({ COSMOS_ENDPOINT: 'https://nobody.invalid', COSMOS_KEY: EMULATOR_KEY });
  expect(message).toMatch(/^COSMOS_ENDPOINT: https:\/\/nobody\.invalid does not answer .*\n$/);
});
