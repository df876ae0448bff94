import { describe, expect, test } from 'vitest';
import { atOnce, type OpenStore } from './opened-store.ts';
import { storedPool } from './samples.ts';

export function writeCheckContract(open: OpenStore): void {
  describe('a check whether the store can be written', () => {
    test('can be made by many concurrent callers, and stores nothing that other methods see', async () => {
      const opened = await open();
      const { store } = opened;
      const dialogs = await storedPool(store, 'a', 2);
      await atOnce(opened, 20, (either) => either.checkWritable());
      expect((await store.profilePage({ first: 9, after: null })).nodes.map(({ id }) => id)).toEqual(['a']);
      expect((await store.dialogPage('a', null, { first: 9, after: null })).nodes).toEqual(dialogs);
    });
  });
}
