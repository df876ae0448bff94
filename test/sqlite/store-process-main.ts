import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts';
import type { Store } from '../../src/ports/store.ts';

/** The child process of `StoreProcess`. It runs each call and sends back its result or error. */
let store: Store | undefined;

async function carriedOut(method: string, args: unknown[]): Promise<unknown> {
  if (method === 'open') {
    await store?.close();
    store = await openSqliteStore({ path: String(args[0]) });
    return undefined;
  }
  const call: unknown = store && Reflect.get(store, method);
  if (typeof call !== 'function') throw new Error(`there is no method ${method}`);
  return Reflect.apply(call, store, args);
}

process.on('message', ({ call, method, args }: { call: number; method: string; args: unknown[] }) => {
  carriedOut(method, args).then(
    (result) => process.send?.({ call, result }),
    (error: unknown) => process.send?.({ call, error: String(error) }),
  );
});
process.send?.({ ready: true });
