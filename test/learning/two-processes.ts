import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts';
import type { Dialog } from '../../src/model/dialog.ts';
import type { Store } from '../../src/ports/store.ts';
import { openedCosmosStore } from '../cosmos/opened-cosmos-store.ts';
import { EMULATOR_KEY, type Emulator } from '../emulators/cosmos-emulator.ts';
import { type Server, startServer } from '../llm/server.ts';
import { createCourse } from '../support/course.ts';
import { usedDialogs } from '../support/practice.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** A course with used dialogs, in a store that server processes share. */
export interface SharedCourse {
  readonly store: Store;
  readonly dialogs: readonly Dialog[];
  start(): Promise<Server>;
}

/** @param emulator of Azure Cosmos DB; null for a SQLite file */
export async function sharedCourse(
  emulator: Emulator | null,
  { words, dialogs }: { readonly words: number; readonly dialogs: number },
): Promise<SharedCourse> {
  const { store, env } = emulator === null ? await onFile() : await onEmulator(emulator);
  await createCourse(store, { teaching: words });
  return {
    store,
    dialogs: await usedDialogs(store, 'course', dialogs),
    async start() {
      const server = await startServer(env);
      onTestFinished(async () => void (await server.end('SIGKILL')));
      return server;
    },
  };
}

async function onFile() {
  const folder = await tempFolder();
  const store = await openSqliteStore({ path: join(folder, 'dialog-pool.sqlite') });
  onTestFinished(() => store.close());
  return { store, env: { DATA_DIR: folder } };
}

async function onEmulator(emulator: Emulator) {
  const opened = await openedCosmosStore(emulator);
  onTestFinished(() => opened.dispose());
  const account = { COSMOS_ENDPOINT: emulator.url, COSMOS_KEY: EMULATOR_KEY };
  return { store: opened.store, env: { ...account, COSMOS_DATABASE: opened.name, DATA_DIR: randomUUID() } };
}
