import { describe, expect, test } from 'vitest';
import type { OpenStore } from './opened-store.ts';
import { HOSTILE_IDS, idsOf, present, sampleDialog, second, storedPool, storedWords } from './samples.ts';

const NO_HISTORY = { hasUnusedDialog: false, nextNumber: 0, recent: [] };

export function surveyContract(open: OpenStore): void {
  describe('surveying a pool', () => {
    test('counts the unused dialogs of the whole profile, and returns the histories of the given words', async () => {
      const { store } = await open();
      const [one, two, three] = (await storedPool(store, 'a', 3)).map(present);
      await storedPool(store, 'b', 4);
      const used = await store.markDialogUsed('a', present(one).id, second(9));
      expect(await store.survey('a', [present(three).wordId, present(one).wordId])).toEqual({
        unusedTotal: 2,
        histories: [
          { hasUnusedDialog: true, nextNumber: 1, recent: [three] },
          { hasUnusedDialog: false, nextNumber: 1, recent: [used] },
        ],
      });
      expect(await store.survey('a', [])).toEqual({ unusedTotal: 2, histories: [] });
      expect(await store.unusedTotal('a')).toBe(2);
      expect(present(two).isUsed).toBe(false);
    });

    test('repeats repeated words, and has empty histories for unknown ones', async () => {
      const { store } = await open();
      const [dialog] = await storedPool(store, 'a', 1);
      const [foreign] = await storedPool(store, 'b', 1);
      const known = { hasUnusedDialog: true, nextNumber: 1, recent: [dialog] };
      const ids = [present(dialog).wordId, 'none', present(foreign).wordId, present(dialog).wordId];
      expect(await store.survey('a', [...ids, ...HOSTILE_IDS])).toEqual({
        unusedTotal: 1,
        histories: [known, NO_HISTORY, NO_HISTORY, known, ...HOSTILE_IDS.map(() => NO_HISTORY)],
      });
      expect(await store.survey('none', ids)).toEqual({
        unusedTotal: 0,
        histories: ids.map(() => NO_HISTORY),
      });
      for (const id of HOSTILE_IDS) expect(await store.unusedTotal(id)).toBe(0);
    });

    test('shows the last three dialogs of a word, newest first', async () => {
      const { store } = await open();
      const word = present((await storedWords(store, 'a', 1))[0]);
      const dialogs = [];
      for (const number of [0, 1, 2, 3, 4]) {
        const dialog = sampleDialog(word, number, { createdAt: second(number) });
        expect(await store.createDialog(dialog)).toBe(true);
        dialogs.push(number < 4 ? await store.markDialogUsed('a', dialog.id, second(50)) : dialog);
      }
      expect(await store.survey('a', [word.id])).toEqual({
        unusedTotal: 1,
        histories: [{ hasUnusedDialog: true, nextNumber: 5, recent: dialogs.slice(2).reverse() }],
      });
    });

    test('gives the next dialog a higher number than every existing one, whatever their ids are', async () => {
      const { store } = await open();
      const word = present((await storedWords(store, 'a', 1))[0]);
      const next = async () => (await store.survey('a', [word.id])).histories[0]?.nextNumber;
      const steps = [
        ['an-id-of-its-own', 1],
        [`${word.id}.0`, 2],
        [`${word.id}.7`, 8],
        [`${word.id}.x`, 8],
        [`${word.id}.1`, 8],
        [`${word.id}.08`, 9],
        ['1000', 9],
        [`${word.id}.c0ffee12-11`, 12],
        [`${word.id}.c0ffee123-40`, 12],
        [`${word.id}.a1b2c3d4-3`, 12],
      ] as const;
      expect(await next()).toBe(0);
      for (const [index, [id, number]] of steps.entries()) {
        expect(await store.createDialog(sampleDialog(word, 0, { id, createdAt: second(index) }))).toBe(true);
        expect(await next(), id).toBe(number);
        await store.markDialogUsed('a', id, second(90));
        expect(await next(), id).toBe(number);
      }
    });

    test('returns the histories of a hundred words at once', async () => {
      const { store } = await open();
      const dialogs = await storedPool(store, 'a', 100);
      const ids = dialogs.map((dialog) => dialog.wordId).reverse();
      const { unusedTotal, histories } = await store.survey('a', ids);
      expect(unusedTotal).toBe(100);
      expect(histories.flatMap((history) => idsOf(history.recent))).toEqual(idsOf(dialogs).reverse());
    });
  });
}
