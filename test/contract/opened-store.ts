import { onTestFinished } from 'vitest';
import type { Store } from '../../src/ports/store.ts';

/** An empty store of a test's own. */
export interface OpenedStore {
  readonly store: Store;
  /** Opens one more store on the same data, as another process would. */
  another(): Promise<Store>;
  /** Closes every store that was opened, and takes the data away. */
  dispose(): Promise<void>;
}

/** What a store can and others can't; the contract leaves it open. */
export interface Capabilities {
  /** Whether creating a dialog finds that the word has an unused one with another id. */
  readonly seesOtherUnusedDialogs: boolean;
}

export type OpenStore<Opened extends OpenedStore = OpenedStore> = () => Promise<Opened>;

/** The same factory, whose stores go when the test that opened them ends. */
export function disposing<Opened extends OpenedStore>(open: OpenStore<Opened>): OpenStore<Opened> {
  return async () => {
    const opened = await open();
    onTestFinished(() => opened.dispose());
    return opened;
  };
}

/** Calls `act` so many times at once, by turns through two stores on the same data. Results in order of number. */
export async function atOnce<Result>(
  opened: OpenedStore,
  callers: number,
  act: (store: Store, caller: number) => Promise<Result>,
): Promise<Result[]> {
  const other = await opened.another();
  await Promise.all([opened.store.checkWritable(null), other.checkWritable(null)]);
  return Promise.all(
    Array.from({ length: callers }, (_, caller) => act(caller % 2 === 0 ? opened.store : other, caller)),
  );
}
