import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Database } from '@azure/cosmos';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type CosmosStoreOptions, openCosmosStore } from '../../src/adapters/cosmos/cosmos-store.ts';
import { CannotStart } from '../../src/model/errors.ts';
import { storedPool } from '../contract/samples.ts';
import { type Emulator, emulatorClient, startEmulator } from '../emulators/cosmos-emulator.ts';
import { type Fault, startFaultyProxy } from './faulty-proxy.ts';
import { PARTITION_KEYS, storeOptions } from './opened-cosmos-store.ts';
import { portOf } from './port-of.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

/** A database of the SDK's client. It may not exist yet. */
function newDatabase(): Database {
  const client = emulatorClient(emulator.url);
  onTestFinished(() => client.dispose());
  return client.database(`set-up-${randomUUID()}`);
}

async function openOn(database: Database, change: Partial<CosmosStoreOptions> = {}) {
  const store = await openCosmosStore(storeOptions(emulator.url, { database: database.id, ...change }));
  onTestFinished(() => store.close());
  return store;
}

/** The message with which opening fails. */
async function refusal(change: Partial<CosmosStoreOptions>): Promise<string> {
  const error: unknown = await openCosmosStore(storeOptions(emulator.url, change)).then(
    (store) => store.close(),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof CannotStart)) throw new Error('the store was opened', { cause: error });
  return error.message;
}

describe('opening the store', () => {
  test('creates the containers that do not exist, with indexes for the queries and none for the turns', async () => {
    const database = newDatabase();
    await emulator.createDatabase(database.id);
    const store = await openOn(database);
    await storedPool(store, 'a', 1);
    for (const [name, path] of Object.entries(PARTITION_KEYS)) {
      const { resource } = await database.container(name).read();
      expect(resource?.partitionKey?.paths, name).toEqual([path]);
      expect(resource?.indexingPolicy?.excludedPaths, name).toEqual([{ path: '/*' }]);
    }
    const { resource } = await database.container('dialogs').read();
    const indexed = resource?.indexingPolicy?.includedPaths?.map(({ path }) => path);
    for (const field of ['profile_id', 'word_id', 'is_used', 'created_at'])
      expect(indexed).toContain(`/${field}/?`);
    expect(indexed?.join()).not.toContain('turns');
  });

  test('uses containers that exist as they are', async () => {
    const database = newDatabase();
    await emulator.createDatabase(database.id);
    const uniqueKeyPolicy = { uniqueKeys: [{ paths: ['/name'] }] };
    await database.containers.create({ id: 'profiles', partitionKey: { paths: ['/id'] }, uniqueKeyPolicy });
    await database.containers.create({ id: 'words', partitionKey: { paths: ['/profile_id'] } });
    const before = await Promise.all(['profiles', 'words'].map((name) => database.container(name).read()));
    await openOn(database);
    for (const { resource } of before)
      expect((await database.container(String(resource?.id)).read()).resource).toEqual(resource);
  });

  test('creates a database only if it is told to', async () => {
    const database = newDatabase();
    expect(await refusal({ database: database.id })).toBe(
      `COSMOS_DATABASE: there is no database "${database.id}" at ${emulator.url}. Create it, or correct its name.`,
    );
    const store = await openOn(database, { createDatabase: true });
    await store.checkWritable(null);
  });

  test('may be done by several processes at once', async () => {
    const database = newDatabase();
    const stores = await Promise.all([1, 2, 3, 4].map(() => openOn(database, { createDatabase: true })));
    for (const [index, store] of stores.entries()) await storedPool(store, `profile-${index}`, 1);
  });
});

describe('opening the store with a wrong configuration says so', () => {
  /** Shorter than a server waits, which `processes.deep.ts` tests. */
  const limits = { start: 1_000 };

  test('if a container has another partition key', async () => {
    const database = newDatabase();
    await emulator.createDatabase(database.id);
    await database.containers.create({ id: 'words', partitionKey: { paths: ['/id'] } });
    expect(await refusal({ database: database.id })).toBe(
      `The container words of the database "${database.id}" has the partition key "/id" and needs "/profile_id". ` +
        'A partition key cannot be changed. Name another database in COSMOS_DATABASE, or move the documents to a ' +
        'new container.',
    );
  });

  for (const endpoint of ['http://no-such-host.invalid', 'https://no-such-account.invalid'])
    test.concurrent(`if the host of ${endpoint} is unknown`, async ({ expect }) => {
      const message = await refusal({ endpoint, limits });
      expect(message).toContain(`COSMOS_ENDPOINT: ${endpoint} does not answer`);
      expect(message).toContain('invalid');
    });

  test.concurrent('if nothing listens', async ({ expect }) => {
    expect(await refusal({ endpoint: 'http://127.0.0.1:1', limits })).toContain('ECONNREFUSED');
  });

  test.concurrent('if another server listens', async ({ expect, onTestFinished }) => {
    const server = createServer((_, response) => response.end('<html>Hello!</html>'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const message = await refusal({ endpoint: `http://127.0.0.1:${portOf(server)}`, limits });
    expect(message).toContain('does not answer as Azure Cosmos DB does');
  });

  test('if there are no credentials', async () => {
    const message = await refusal({ endpoint: 'https://127.0.0.1:1', key: null });
    expect(message).toContain('https://127.0.0.1:1');
  });

  const answers: [string, Fault, string][] = [
    ['if the key is wrong', { kind: 'status', status: 401 }, 'COSMOS_KEY: '],
    ['if the identity has no role', { kind: 'status', status: 403 }, 'Data Contributor'],
  ];
  for (const [name, fault, expected] of answers)
    test(name, async () => {
      const proxy = await startFaultyProxy(emulator.url);
      onTestFinished(() => proxy.stop());
      proxy.faultFor = () => fault;
      expect(await refusal({ endpoint: proxy.url })).toContain(expected);
    });

  test('if a container does not exist and may not be created', async () => {
    const database = newDatabase();
    await emulator.createDatabase(database.id);
    const proxy = await startFaultyProxy(emulator.url);
    onTestFinished(() => proxy.stop());
    proxy.faultFor = ({ method }) => (method === 'POST' ? { kind: 'status', status: 403 } : null);
    const message = await refusal({ endpoint: proxy.url, database: database.id });
    expect(message).toMatch(/^There is no container \w+ at .*may not create it/);
  });
});

test('an emulator is reached without a key', async () => {
  const store = await openOn(newDatabase(), { key: null, createDatabase: true });
  await store.checkWritable(null);
});
