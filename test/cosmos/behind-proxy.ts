import { onTestFinished } from 'vitest';
import { type CosmosStoreOptions, openCosmosStore } from '../../src/adapters/cosmos/cosmos-store.ts';
import type { Store } from '../../src/ports/store.ts';
import type { Emulator } from '../emulators/cosmos-emulator.ts';
import { type FaultyProxy, startFaultyProxy } from './faulty-proxy.ts';
import { type OpenedCosmosStore, openedCosmosStore, storeOptions } from './opened-cosmos-store.ts';

/** A store that reaches its database through a proxy, and one that reaches the same database directly. */
export interface BehindProxy {
  readonly store: Store;
  readonly proxy: FaultyProxy;
  readonly direct: OpenedCosmosStore;
  /** Opens one more store through the proxy. */
  another(change?: Partial<CosmosStoreOptions>): Promise<Store>;
}

/**
 * Opens them for a test, and closes them when it has finished.
 * @param finished registers what is done at the end of the test; a concurrent test must pass its own
 */
export async function behindProxy(
  emulator: Emulator,
  change: Partial<CosmosStoreOptions> = {},
  finished: typeof onTestFinished = onTestFinished,
): Promise<BehindProxy> {
  const direct = await openedCosmosStore(emulator);
  finished(() => direct.dispose());
  const proxy = await startFaultyProxy(emulator.url);
  finished(() => proxy.stop());
  const another = async (more: Partial<CosmosStoreOptions> = {}) => {
    const store = await openCosmosStore(
      storeOptions(proxy.url, { database: direct.name, ...change, ...more }),
    );
    finished(() => store.close());
    return store;
  };
  const store = await another();
  proxy.reset();
  return { store, proxy, direct, another };
}
