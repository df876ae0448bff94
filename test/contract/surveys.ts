import { describe, expect, test } from 'vitest';
import type { OpenStore } from './opened-store.ts';
import { HOSTILE_IDS, idsOf, present, sampleDialog, second, storedPool, storedWords } from './samples.ts';

const NO_HISTORY = { hasUnusedDialog: false, nextNumber: 0, recent: [], styles: [] };

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
          { hasUnusedDialog: true, nextNumber: 1, recent: [three], styles: [null] },
          { hasUnusedDialog: false, nextNumber: 1, recent: [used], styles: [null] },
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
      const known = { hasUnusedDialog: true, nextNumber: 1, recent: [dialog], styles: [null] };
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

    test('shows the last three dialogs of a word and the styles of the last 24, newest first', async () => {
      const { store } = await open();
      const word = present((await storedWords(store, 'a', 1))[0]);
      const dialogs = [];
      for (const number of [0, 1, 2, 3, 4]) {
        const style = number === 3 ? null : `scene:s${number}`;
        const dialog = sampleDialog(word, number, { createdAt: second(number), style });
        expect(await store.createDialog(dialog)).toBe(true);
        dialogs.push(number < 4 ? await store.markDialogUsed('a', dialog.id, second(50)) : dialog);
      }
      expect(await store.survey('a', [word.id])).toEqual({
        unusedTotal: 1,
        histories: [
          {
            hasUnusedDialog: true,
            nextNumber: 5,
            recent: dialogs.slice(2).reverse(),
            styles: ['scene:s4', null, 'scene:s2', 'scene:s1', 'scene:s0'],
          },
        ],
      });
    });

    test('shows at most 24 styles of a word', async () => {
      const { store } = await open();
      const word = present((await storedWords(store, 'a', 1))[0]);
      for (let number = 0; number < 26; number += 1) {
        const dialog = sampleDialog(word, number, { createdAt: second(number), style: `scene:s${number}` });
        await store.createDialog(dialog);
        await store.markDialogUsed('a', dialog.id, second(50));
      }
      const { histories } = await store.survey('a', [word.id]);
      const last = Array.from({ length: 24 }, (_, i) => `scene:s${25 - i}`);
      expect(present(histories[0]).styles).toEqual(last);
    });

    test('finds the last dialogs of all words, used or not, newest first', async () => {
      const { store } = await open();
      const words = await storedWords(store, 'a', 4);
      await storedPool(store, 'b', 1);
      for (const [i, word] of words.entries()) {
        const style = i === 1 ? null : `scene:s${i}`;
        await store.createDialog(sampleDialog(word, 0, { createdAt: second(i), style }));
      }
      await store.markDialogUsed('a', sampleDialog(present(words[2])).id, second(9));
      const last = ['scene:s3', 'scene:s2', null, 'scene:s0'].map((style, i) => ({
        style,
        createdAt: second(3 - i),
      }));
      expect(await store.latestDialogs('a', 3)).toMatchObject(last.slice(0, 3));
      expect(await store.latestDialogs('a', 9)).toMatchObject(last);
      for (const id of ['none', ...HOSTILE_IDS]) expect(await store.latestDialogs(id, 3)).toEqual([]);
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
