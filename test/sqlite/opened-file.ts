import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts';
import type { Store } from '../../src/ports/store.ts';
import type { OpenedStore } from '../contract/opened-store.ts';
import { writeNewDataFile } from '../support/new-data-file.ts';

/** Opens a store on a new file in a new folder. Files that a store creates itself: `data-file.test.ts`. */
export async function openFreshFile(): Promise<OpenedStore & { readonly path: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'dialog-pool-'));
  const path = join(folder, 'pool.db');
  await writeNewDataFile(path);
  const stores: Store[] = [];
  const another = async () => {
    const store = await openSqliteStore({ path });
    stores.push(store);
    return store;
  };
  return {
    path,
    store: await another(),
    another,
    async dispose() {
      for (const store of stores) await store.close();
      await rm(folder, { recursive: true });
    },
  };
}
