import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts';

let content: Promise<Buffer> | undefined;

/** Writes a data file as a store leaves it that is opened and closed. Creating its tables takes longer than most tests. */
export async function writeNewDataFile(path: string): Promise<void> {
  content ??= contentOfNew();
  await writeFile(path, await content);
}

async function contentOfNew(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'dialog-pool-'));
  const path = join(folder, 'new.sqlite');
  await (await openSqliteStore({ path })).close();
  const bytes = await readFile(path);
  await rm(folder, { recursive: true });
  return bytes;
}
