import { onTestFinished } from 'vitest';
import type { Store } from '../../src/ports/store.ts';

/** An empty store that one test uses. */
export interface OpenedStore {
  readonly store: Store;
  /** Opens one more store on the same data, as another process would. */
  another(): Promise<Store>;
  /** Closes every store that was opened, and deletes the data. */
  dispose(): Promise<void>;
}

/** What some stores can and others cannot. */
export interface Capabilities {
  /** Whether the creation of a dialog fails if the word has an unused one with another id. */
  readonly seesOtherUnusedDialogs: boolean;
  /** Whether what belongs to a profile cannot be stored without the profile. */
  readonly seesProfiles: boolean;
}

export type OpenStore<Opened extends OpenedStore = OpenedStore> = () => Promise<Opened>;

/** The same factory. Its stores are disposed of at the end of the test that opened them. */
export function disposing<Opened extends OpenedStore>(open: OpenStore<Opened>): OpenStore<Opened> {
  return async () => {
    const opened = await open();
    onTestFinished(() => opened.dispose());
    return opened;
  };
}

/** Calls `act` for each caller at once, through two stores on the same data by turns. @returns the results by caller */
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
