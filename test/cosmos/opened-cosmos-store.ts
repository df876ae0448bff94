import { randomUUID } from 'node:crypto';
import type { CosmosClient, Database } from '@azure/cosmos';
import { type CosmosStoreOptions, openCosmosStore } from '../../src/adapters/cosmos/cosmos-store.ts';
import type { Store } from '../../src/ports/store.ts';
import type { OpenedStore } from '../contract/opened-store.ts';
import { EMULATOR_KEY, type Emulator, emulatorClient } from '../emulators/cosmos-emulator.ts';
import { memoryLog } from '../support/memory-log.ts';

/** A store in a database of its own, and the SDK's view of that database. */
export interface OpenedCosmosStore extends OpenedStore {
  readonly name: string;
  readonly database: Database;
}

/**
 * The partition keys of the containers of a store. The store would create them itself (`set-up.test.ts`), by more requests
 * than most tests send.
 */
export const PARTITION_KEYS = {
  profiles: '/id',
  words: '/profile_id',
  dialogs: '/profile_id',
  leases: '/id',
  top_ups: '/profile_id',
  learnings: '/profile_id',
} as const;

/** @param url where the store reaches the emulator, which may be a proxy */
export async function openedCosmosStore(emulator: Emulator, url = emulator.url): Promise<OpenedCosmosStore> {
  const name = `test-${randomUUID()}`;
  await emulator.createDatabase(name, PARTITION_KEYS);
  const client: CosmosClient = emulatorClient(emulator.url);
  const stores: Store[] = [];
  const another = async () => {
    const store = await openCosmosStore(storeOptions(url, { database: name }));
    stores.push(store);
    return store;
  };
  return {
    name,
    database: client.database(name),
    store: await another(),
    another,
    async dispose() {
      await Promise.all(stores.map((store) => store.close()));
      await client.database(name).delete();
      client.dispose();
    },
  };
}

export function storeOptions(endpoint: string, change: Partial<CosmosStoreOptions> = {}): CosmosStoreOptions {
  return {
    endpoint,
    key: EMULATOR_KEY,
    database: 'dialog-pool',
    createDatabase: false,
    log: memoryLog(),
    newId: randomUUID,
    random: Math.random,
    ...change,
  };
}
