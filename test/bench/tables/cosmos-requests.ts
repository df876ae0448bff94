import { randomUUID } from 'node:crypto';
import { openCosmosStore } from '../../../src/adapters/cosmos/cosmos-store.ts';
import type { Store } from '../../../src/ports/store.ts';
import { type FaultyProxy, startFaultyProxy } from '../../cosmos/faulty-proxy.ts';
import { olderTopUp, olderWordPage } from '../../cosmos/older-top-up.ts';
import { storeOptions } from '../../cosmos/opened-cosmos-store.ts';
import { emulatorClient, startEmulator } from '../../emulators/cosmos-emulator.ts';
import { createCourse } from '../../support/course.ts';
import { scriptedGenerator } from '../../support/scripted-generator.ts';
import { benchPool } from '../bench-store.ts';
import type { Report } from '../table.ts';

const MIN = 12;

/** A pool, and the operation that is counted on it. */
interface Case {
  readonly name: string;
  /** Half of them teaching, half pending. */
  readonly words: number;
  /** Whether the pool already holds the minimum. */
  readonly full: boolean;
  readonly ask: 'top-up' | 'page';
}

const CASES: readonly Case[] = [
  { name: 'a full pool of 30 words', words: 30, full: true, ask: 'top-up' },
  { name: 'a full pool of 600 words', words: 600, full: true, ask: 'top-up' },
  { name: '12 missing, 30 words', words: 30, full: false, ask: 'top-up' },
  { name: '12 missing, 600 words', words: 600, full: false, ask: 'top-up' },
  { name: '40 of 600 words with their dialogs', words: 600, full: true, ask: 'page' },
];

export const name = 'cosmos-requests';

/** Counts the requests that this service and the older one send to Azure Cosmos DB for the same operation. */
export async function run(): Promise<Report> {
  const emulator = await startEmulator();
  const proxy = await startFaultyProxy(emulator.url);
  try {
    const rows: Report['rows'][number][] = [];
    for (const one of CASES) rows.push(await count(proxy, one));
    return {
      title: 'Requests to Azure Cosmos DB',
      columns: ['pool', 'older service', 'this one', 'of them in a row'],
      rows,
      notes: [
        'Counted on the wire between the client of Azure Cosmos DB and an emulator, plans of queries left out. ' +
          'The older service looks for a dialog of each word by a query of its own, and makes one for every ' +
          'teaching word that has none. "In a row" are those that wait for each other. Left out of these are creations ' +
          'of dialogs, reads of a word before its paid call, and the record of the top-up, which nobody waits for.',
      ],
    };
  } finally {
    await proxy.stop();
    await emulator.stop();
  }
}

/** Tops up, and waits until the lease has been given back, too. */
async function topUp(store: Store): Promise<void> {
  const pool = benchPool(store, scriptedGenerator());
  await pool.ensureDialogs('course', MIN);
  await pool.finish(10_000);
}

async function count(proxy: FaultyProxy, { name, words, full, ask }: Case): Promise<Report['rows'][number]> {
  const prepare = async () => {
    const database = `bench-${randomUUID()}`;
    const options = storeOptions(proxy.url, { database, createDatabase: true });
    const store = await openCosmosStore(options);
    await createCourse(store, { teaching: words / 2, pending: words / 2 });
    if (full) await topUp(store);
    proxy.reset();
    return { database, store };
  };

  const theirs = await prepare();
  const client = emulatorClient(proxy.url);
  if (ask === 'page') await olderWordPage(client.database(theirs.database), 'course', 40);
  else await olderTopUp(client.database(theirs.database), 'course', MIN);
  const older = proxy.exchanges.filter(({ path }) => path.includes('/docs')).length;
  client.dispose();
  await theirs.store.close();

  const { store } = await prepare();
  if (ask === 'page') await readPage(store);
  else await topUp(store);
  const around = proxy.exchanges.filter(
    ({ operation }) => !/^(create dialogs|read words|.* top_ups)$/.test(operation),
  );
  const waits = new Set(around.map(({ roundTrip }) => roundTrip)).size;
  const row = [name, older, proxy.exchanges.length, waits];
  await store.close();
  return row;
}

/** Reads a page of words with their dialogs from the store. */
async function readPage(store: Store): Promise<void> {
  await store.profiles(['course']);
  const { nodes } = await store.wordPage('course', null, { first: 40, after: null });
  await store.unusedDialogs(nodes.map(({ profileId, id }) => ({ profileId, wordId: id })));
}
