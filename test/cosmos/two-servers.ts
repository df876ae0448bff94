import { onTestFinished } from 'vitest';
import type { Store } from '../../src/ports/store.ts';
import { EMULATOR_KEY, type Emulator } from '../emulators/cosmos-emulator.ts';
import { type Provider, type ProviderCall, type Reply, startProvider } from '../llm/provider.ts';
import { type Server, startServer } from '../llm/server.ts';
import { createCourse } from '../support/course.ts';
import { openedCosmosStore } from './opened-cosmos-store.ts';

/** Two server processes on one database, and a store of the test's own on it. */
export interface TwoServers {
  readonly store: Store;
  readonly provider: Provider;
  readonly servers: readonly [Server, Server];
}

/** Starts them with a course of 60 words, whose dialogs a provider writes. They end when the test has finished. */
export async function twoServers(
  emulator: Emulator,
  script: (call: ProviderCall) => Reply,
): Promise<TwoServers> {
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
