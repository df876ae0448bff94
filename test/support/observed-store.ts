import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts';
import type { Store } from '../../src/ports/store.ts';
import { writeNewDataFile } from './new-data-file.ts';
import { tempFolder } from './temp-folder.ts';
import { traced } from './traced-store.ts';

/** A store that tells what it was asked. */
export interface ObservedStore {
  readonly store: Store;
  /** The calls of the port and the statements of SQLite that `act` led to, by name. */
  during(act: () => Promise<unknown>): Promise<{ calls: string[]; statements: string[] }>;
}

export async function openObservedStore(): Promise<ObservedStore> {
  const statements: string[] = [];
  const path = join(await tempFolder(), 'pool.sqlite');
  await writeNewDataFile(path);
  const store = await openSqliteStore({ path, onStatement: (sql) => statements.push(sql) });
  onTestFinished(() => store.close());
  const { store: tracing, calls } = traced(store);
  return {
    store: tracing,
    async during(act) {
      const from = { calls: calls.length, statements: statements.length };
      await act();
      const names = calls.slice(from.calls).map(({ name }) => name);
      return { calls: names, statements: statements.slice(from.statements) };
    },
  };
}
