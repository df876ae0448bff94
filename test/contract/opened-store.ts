import { onTestFinished } from 'vitest';
import type { Store } from '../../src/ports/store.ts';

/** An empty store for one test. */
export interface OpenedStore {
  readonly store: Store;
  /** Opens one more store on the same data, as another process would. */
  another(): Promise<Store>;
  /** Closes every store that was opened, and deletes the data. */
  dispose(): Promise<void>;
}

/** What only some stores can do. The contract allows both. */
export interface Capabilities {
  /** Whether `createDialog` notices an unused dialog of the word with another id. */
  readonly seesOtherUnusedDialogs: boolean;
}

export type OpenStore<Opened extends OpenedStore = OpenedStore> = () => Promise<Opened>;

/** The same factory. Its stores are disposed of when the test ends. */
export function disposing<Opened extends OpenedStore>(open: OpenStore<Opened>): OpenStore<Opened> {
  return async () => {
    const opened = await open();
    onTestFinished(() => opened.dispose());
    return opened;
  };
}

/** Calls `act` concurrently, alternating between two stores on the same data. Returns the results in order. */
export async function atOnce<Result>(
  opened: OpenedStore,
  callers: number,
  act: (store: Store, caller: number) => Promise<Result>,
): Promise<Result[]> {
  const other = await opened.another();
  await Promise.all([opened.store.checkWritable(), other.checkWritable()]);
  return Promise.all(
    Array.from({ length: callers }, (_, caller) => act(caller % 2 === 0 ? opened.store : other, caller)),
  );
}
