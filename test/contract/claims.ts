import { describe, expect, test } from 'vitest';
import { atOnce, type OpenStore } from './opened-store.ts';
import { idsOf, present, sampleDialog, sampleWord, second, storedPool } from './samples.ts';

const all = { first: 100, after: null };

export function claimContract(open: OpenStore): void {
  describe('a claim with a key', () => {
    test('returns the same dialogs again, whatever its count is then, through any store', async () => {
      const { store, another } = await open();
      const dialogs = await storedPool(store, 'a', 6);
      const claimed = await store.claimDialogs('a', 3, second(9), 'claim 1', 'lesson-1');
      expect(claimed).toEqual(
        dialogs.slice(0, 3).map((dialog) => ({ ...dialog, isUsed: true, usedAt: second(9) })),
      );
      for (const [time, count] of [3, 1, 6].entries()) {
        const one = time % 2 === 0 ? store : await another();
        expect(await one.claimDialogs('a', count, second(20), `again ${time}`, 'lesson-1')).toEqual(claimed);
      }
      expect(await store.dialogCounts(['a'])).toEqual([{ unused: 3, used: 3 }]);
    });

    test('shares nothing with another key, another profile or a claim without a key', async () => {
      const { store } = await open();
      const dialogs = idsOf(await storedPool(store, 'a', 4));
      const others = idsOf(await storedPool(store, 'b', 1));
      const claim = async (profileId: string, key?: string) =>
        idsOf(await store.claimDialogs(profileId, 1, second(9), `claim of ${key} in ${profileId}`, key));
      expect(await claim('a', 'one')).toEqual([dialogs[0]]);
      expect(await claim('a', 'two')).toEqual([dialogs[1]]);
      expect(await claim('a')).toEqual([dialogs[2]]);
      expect(await claim('b', 'one')).toEqual(others);
      expect(await claim('a', 'one')).toEqual([dialogs[0]]);
      expect(await claim('a', 'two')).toEqual([dialogs[1]]);
      expect(await claim('b', 'one')).toEqual(others);
      expect(await store.unusedTotal('a')).toBe(1);
    });

    test('that returned fewer dialogs than its count returns no more later, but one that returned none does', async () => {
      const { store } = await open();
      const [first, second_] = idsOf(await storedPool(store, 'a', 2));
      expect(idsOf(await store.claimDialogs('a', 1, second(9), 'claim 1'))).toEqual([first]);
      expect(idsOf(await store.claimDialogs('a', 5, second(9), 'claim 2', 'some'))).toEqual([second_]);
      expect(await store.claimDialogs('a', 5, second(9), 'claim 3', 'none')).toEqual([]);
      const word = sampleWord('a', 'word 0');
      expect(await store.createDialog(sampleDialog(word, 1))).toBe(true);
      expect(idsOf(await store.claimDialogs('a', 5, second(9), 'claim 4', 'some'))).toEqual([second_]);
      expect(await store.claimDialogs('a', 5, second(9), 'claim 5', 'none')).toHaveLength(1);
    });

    test('keeps the dialogs of words that were removed, and only those dialogs', async () => {
      const { store } = await open();
      const dialogs = await storedPool(store, 'a', 4);
      const claimed = await store.claimDialogs('a', 2, second(9), 'claim 1', 'key');
      await store.removeWords('a', [present(dialogs[0]).wordId, present(dialogs[2]).wordId]);
      expect(await store.claimDialogs('a', 2, second(20), 'claim 2', 'key')).toEqual(claimed);
      expect(await store.dialogCounts(['a'])).toEqual([{ unused: 1, used: 2 }]);
    });

    test('is forgotten when its profile is deleted', async () => {
      const { store } = await open();
      await storedPool(store, 'a', 2);
      await store.claimDialogs('a', 1, second(9), 'claim 1', 'key');
      await store.deleteProfile('a');
      const dialogs = await storedPool(store, 'a', 2);
      expect(idsOf(await store.claimDialogs('a', 1, second(9), 'claim 2', 'key'))).toEqual([
        present(dialogs[0]).id,
      ]);
    });

    test.each([
      [1, 5],
      [12, 3],
      [8, 1],
    ])('by eight at once is one claim, and %i dialogs go round among keys', async (total, count) => {
      const opened = await open();
      await storedPool(opened.store, 'a', total);
      const claims = await atOnce(opened, 16, async (store, caller) => ({
        key: `key ${caller % 5}`,
        ids: idsOf(
          await store.claimDialogs('a', count, second(caller), `claim ${caller}`, `key ${caller % 5}`),
        ),
      }));
      const byKey = new Map<string, string[]>();
      for (const { key, ids } of claims.filter(({ ids }) => ids.length > 0)) {
        expect(ids, key).toEqual(byKey.get(key) ?? ids);
        byKey.set(key, ids);
      }
      const handed = [...byKey.values()].flat();
      expect(new Set(handed).size).toBe(handed.length);
      const { nodes } = await opened.store.dialogPage('a', true, all);
      expect(idsOf(nodes).sort()).toEqual(handed.sort());
      expect(handed).toHaveLength(Math.min(total, 5 * count));
    });
  });
}
