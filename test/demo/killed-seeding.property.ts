import { expect, test } from 'vitest';
import type { Store } from '../../src/ports/store.ts';
import { runs } from '../support/runs.ts';
import { tempSqliteStore } from '../support/test-app.ts';
import { contents, LATER, NOW, seed, seeded } from './seeded-store.ts';

/** The store of a process that is killed before its write number `writes + 1`. */
function dyingStore(store: Store, writes: number): Store {
  let left = writes;
  async function write<Result>(act: () => Promise<Result>): Promise<Result> {
    if (left === 0) throw new Error('killed');
    left -= 1;
    return act();
  }
  return {
    ...store,
    createProfile: (profile) => write(() => store.createProfile(profile)),
    updateProfile: (id, change) => write(() => store.updateProfile(id, change)),
    setWordState: (id, wordIds, state) => write(() => store.setWordState(id, wordIds, state)),
    addWords: (id, words) => write(() => store.addWords(id, words)),
    storeReview: (key, wordIds, rules) => write(() => store.storeReview(key, wordIds, rules)),
    createDialog: (dialog) => write(() => store.createDialog(dialog)),
    markDialogUsed: (id, dialogId, at) => write(() => store.markDialogUsed(id, dialogId, at)),
  };
}

test('a start that is killed before one of its writes is completed by the next one', async () => {
  const whole = await seeded();
  const step = runs({ usual: 8, deep: 1 });
  let writes = 0;
  for (let finished = false; !finished; writes += step) {
    const store = await tempSqliteStore();
    finished = await seed(dyingStore(store, writes)).then(
      () => true,
      () => false,
    );
    if (!finished) await seed(store, writes === 0 ? NOW : LATER);
    expect(await contents(store)).toEqual(whole);
  }
  // A start makes at least one write for each dialog.
  expect(writes).toBeGreaterThan(whole.flatMap(({ dialogs }) => dialogs).length);
});
