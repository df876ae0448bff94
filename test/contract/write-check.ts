import { describe, expect, test } from 'vitest';
import { atOnce, type OpenStore } from './opened-store.ts';
import { HOSTILE_IDS, storedPool } from './samples.ts';

export function writeCheckContract(open: OpenStore): void {
  describe('a check whether the store can be written', () => {
    test('can be made by many callers at once, and leaves nothing that other methods see', async () => {
      const opened = await open();
      const { store } = opened;
      const dialogs = await storedPool(store, 'a', 2);
      await atOnce(opened, 20, (either, caller) => either.checkWritable(caller % 2 === 0 ? 'a' : null));
      expect((await store.profilePage({ first: 9, after: null })).nodes.map(({ id }) => id)).toEqual(['a']);
      expect((await store.dialogPage('a', null, { first: 9, after: null })).nodes).toEqual(dialogs);
    });

    test('may name any profile', async () => {
      const { store } = await open();
      for (const id of ['none', ...HOSTILE_IDS]) await store.checkWritable(id);
      expect(await store.profilePage({ first: 9, after: null })).toEqual({ nodes: [], hasNextPage: false });
    });
  });
}
