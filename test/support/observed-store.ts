import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts';
import type { Store } from '../../src/pool/ports/store.ts';
import { tempFolder } from './temp-folder.ts';

/** A store that tells what it was asked. */
export interface ObservedStore {
  readonly store: Store;
  /** The calls of the port and the statements of SQLite that `act` led to, by name. */
  during(act: () => Promise<unknown>): Promise<{ calls: string[]; statements: string[] }>;
}

export async function openObservedStore(): Promise<ObservedStore> {
  const calls: string[] = [];
  const statements: string[] = [];
  const path = join(await tempFolder(), 'pool.sqlite');
  const store = await openSqliteStore({ path, onStatement: (sql) => statements.push(sql) });
  onTestFinished(() => store.close());
  const observed = new Proxy(store, {
    get(target, name) {
      const method = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return (...args: unknown[]) => {
        calls.push(String(name));
        return Reflect.apply(method, target, args);
      };
    },
  });
  return {
    store: observed,
    async during(act) {
      const from = { calls: calls.length, statements: statements.length };
      await act();
      return { calls: calls.slice(from.calls), statements: statements.slice(from.statements) };
    },
  };
}
