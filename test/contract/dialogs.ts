import { describe, expect, test } from 'vitest';
import { DialogNotFound } from '../../src/model/errors.ts';
import { atOnce, type Capabilities, type OpenStore } from './opened-store.ts';
import {
  HOSTILE_IDS,
  idsOf,
  present,
  sampleDialog,
  sampleProfile,
  second,
  storedPool,
  storedWords,
} from './samples.ts';

export function dialogContract(open: OpenStore, { seesOtherUnusedDialogs }: Capabilities): void {
  describe('dialogs', () => {
    test('are read as they were created', async () => {
      const { store, another } = await open();
      const [one, two] = await storedWords(store, 'a', 2);
      const full = sampleDialog(present(one), 0, { createdAt: new Date('2026-02-03T04:05:06.789Z') });
      const bare = sampleDialog(present(two), 3, { refVoiceId: null, generator: '' });
      expect(await store.createDialog(full)).toBe(true);
      expect(await store.createDialog(bare)).toBe(true);
      const keys = [bare, full].map((dialog) => ({ profileId: 'a', dialogId: dialog.id }));
      expect(await store.dialogs(keys)).toEqual([bare, full]);
      expect(await (await another()).dialogs(keys)).toEqual([bare, full]);
    });

    test('keep twelve long turns in any script', async () => {
      const { store } = await open();
      const word = present((await storedWords(store, 'a', 1))[0]);
      const turns = Array.from({ length: 12 }, (_, index) => ({
        speaker: index % 2 === 0 ? 'Аня' : '小明',
        text: `${index} "好" \\ \u2028 🙂 `.repeat(50),
        translation: 'مرحبا\n'.repeat(50),
        audio: index % 2 === 0 ? null : `${index}.mp3`,
      }));
      const dialog = sampleDialog(word, 0, { turns });
      expect(await store.createDialog(dialog)).toBe(true);
      expect(await store.unusedDialogs([{ profileId: 'a', wordId: word.id }])).toEqual([dialog]);
    });

    test('are stored with NULs and invalid Unicode in their text', async () => {
      const { store } = await open();
      const [broken, after] = (await storedWords(store, 'a', 2)).map((word) => sampleDialog(word));
      const turns = [{ speaker: 'A\0', text: 'x\0y \ud800 z', translation: '\udfff', audio: null }];
      expect(await store.createDialog({ ...present(broken), turns })).toBe(true);
      expect(await store.createDialog(present(after))).toBe(true);
      const { nodes } = await store.dialogPage('a', null, { first: 9, after: null });
      expect(nodes[1]).toEqual(after);
      expect(nodes[0]?.turns[0]?.speaker).toBe('A\0');
      expect(nodes[0]?.turns[0]?.text.replace('\ufffd', '\ud800')).toBe('x\0y \ud800 z');
    });

    test('are read in the order of the keys, of several profiles at once', async () => {
      const { store } = await open();
      const [a1, a2] = (await storedPool(store, 'a', 2)).map(present);
      const [b1] = (await storedPool(store, 'b', 1)).map(present);
      const [one, two, other] = [present(a1), present(a2), present(b1)];
      const keys = [
        { profileId: 'b', dialogId: other.id },
        { profileId: 'a', dialogId: two.id },
        { profileId: 'b', dialogId: one.id },
        { profileId: 'a', dialogId: 'none' },
        { profileId: 'a', dialogId: one.id },
        { profileId: 'a', dialogId: two.id },
      ];
      expect(await store.dialogs(keys)).toEqual([other, two, null, null, one, two]);
      expect(await store.dialogs([])).toEqual([]);
    });

    test('are not found by ids that no store can keep', async () => {
      const { store } = await open();
      const dialog = present((await storedPool(store, 'a', 1))[0]);
      const keys = HOSTILE_IDS.flatMap((id) => [
        { profileId: 'a', dialogId: id },
        { profileId: id, dialogId: dialog.id },
      ]);
      expect(await store.dialogs(keys)).toEqual(keys.map(() => null));
      for (const { profileId, dialogId } of keys)
        await expect(store.markDialogUsed(profileId, dialogId, second(9))).rejects.toThrow(DialogNotFound);
      expect(await store.dialogs([{ profileId: 'a', dialogId: dialog.id }])).toEqual([dialog]);
    });

    test('are counted, in the order of the given profiles', async () => {
      const { store } = await open();
      const [dialog] = await storedPool(store, 'a', 5);
      await storedPool(store, 'b', 1);
      await store.markDialogUsed('a', present(dialog).id, second(9));
      const [a, b, none] = [
        { unused: 4, used: 1 },
        { unused: 1, used: 0 },
        { unused: 0, used: 0 },
      ];
      expect(await store.dialogCounts(['b', 'none', 'a', 'b'])).toEqual([b, none, a, b]);
      expect(await store.dialogCounts([])).toEqual([]);
      expect(await store.dialogCounts(HOSTILE_IDS)).toEqual(HOSTILE_IDS.map(() => none));
    });

    test('that are unused are read by their words, null for a word without one', async () => {
      const { store } = await open();
      const [used, unused] = (await storedPool(store, 'a', 2)).map(present);
      const [foreign] = await storedPool(store, 'b', 1);
      const [free] = await storedWords(store, 'c', 1);
      await store.markDialogUsed('a', present(used).id, second(9));
      const keys = [
        { profileId: 'c', wordId: present(free).id },
        { profileId: 'b', wordId: present(foreign).wordId },
        { profileId: 'a', wordId: present(unused).wordId },
        { profileId: 'a', wordId: present(used).wordId },
        { profileId: 'a', wordId: present(foreign).wordId },
        { profileId: 'a', wordId: present(unused).wordId },
        ...HOSTILE_IDS.map((id) => ({ profileId: 'a', wordId: id })),
      ];
      expect(await store.unusedDialogs(keys)).toEqual([
        null,
        foreign,
        unused,
        null,
        null,
        unused,
        ...HOSTILE_IDS.map(() => null),
      ]);
      expect(await store.unusedDialogs([])).toEqual([]);
    });
  });

  describe('creating a dialog', () => {
    test('succeeds for one of twenty callers with the same id', async () => {
      const opened = await open();
      const word = present((await storedWords(opened.store, 'a', 1))[0]);
      const created = await atOnce(opened, 20, (store, caller) =>
        store.createDialog(sampleDialog(word, 0, { generator: `caller ${caller}` })),
      );
      expect(created.filter(Boolean)).toHaveLength(1);
      const [dialog] = await opened.store.unusedDialogs([{ profileId: 'a', wordId: word.id }]);
      expect(dialog?.generator).toBe(`caller ${created.indexOf(true)}`);
      expect(await opened.store.unusedTotal('a')).toBe(1);
    });

    const ifSeen = test.runIf(seesOtherUnusedDialogs);
    ifSeen('fails while the word has an unused dialog, also under another id', async () => {
      const { store, another } = await open();
      const word = present((await storedWords(store, 'a', 1))[0]);
      const dialog = sampleDialog(word);
      expect(await store.createDialog(dialog)).toBe(true);
      const other = await another();
      for (const rival of [sampleDialog(word, 1), sampleDialog(word, 0, { id: 'an-id-of-its-own' })]) {
        expect(await store.createDialog(rival)).toBe(false);
        expect(await other.createDialog(rival)).toBe(false);
      }
      expect((await store.dialogPage('a', null, { first: 9, after: null })).nodes).toEqual([dialog]);
    });

    test('fails if the id is taken, also by a used dialog', async () => {
      const { store } = await open();
      const dialog = present((await storedPool(store, 'a', 1))[0]);
      const used = await store.markDialogUsed('a', dialog.id, second(9));
      expect(await store.createDialog({ ...dialog, generator: 'other' })).toBe(false);
      expect((await store.dialogPage('a', null, { first: 9, after: null })).nodes).toEqual([used]);
    });

    test('succeeds again once the last one is used', async () => {
      const { store } = await open();
      const word = present((await storedWords(store, 'a', 1))[0]);
      for (const number of [0, 1, 2]) {
        expect(await store.createDialog(sampleDialog(word, number))).toBe(true);
        expect(await store.claimDialogs('a', 1, second(number), `claim ${number}`)).toHaveLength(1);
      }
      expect(await store.dialogCounts(['a'])).toEqual([{ unused: 0, used: 3 }]);
    });

    test('succeeds for each of several words at once', async () => {
      const opened = await open();
      const words = await storedWords(opened.store, 'a', 20);
      const created = await atOnce(opened, 20, (store, caller) =>
        store.createDialog(sampleDialog(present(words[caller]))),
      );
      expect(created).toEqual(words.map(() => true));
      expect(await opened.store.unusedTotal('a')).toBe(20);
    });
  });

  describe('claiming dialogs', () => {
    test('takes the oldest first, and by id if they are of the same age', async () => {
      const { store } = await open();
      await store.createProfile(sampleProfile('b'));
      const words = await storedWords(store, 'a', 12, { createdAt: second(3) });
      const dialogs = words.map((word, index) =>
        sampleDialog(word, 0, { createdAt: second(index < 6 ? 20 : 10) }),
      );
      for (const dialog of dialogs) await store.createDialog(dialog);
      const ordered = [...dialogs.slice(6).sort(byId), ...dialogs.slice(0, 6).sort(byId)];
      const at = new Date('2026-03-04T05:06:07.089Z');
      const claimed = await store.claimDialogs('a', 5, at, 'claim 1');
      expect(claimed).toEqual(ordered.slice(0, 5).map((dialog) => ({ ...dialog, isUsed: true, usedAt: at })));
      const keys = claimed.map((dialog) => ({ profileId: 'a', dialogId: dialog.id }));
      expect(await store.dialogs(keys)).toEqual(claimed);
      expect(await store.unusedTotal('a')).toBe(7);
      expect(idsOf(await store.claimDialogs('a', 5, at, 'claim 2'))).toEqual(idsOf(ordered.slice(5, 10)));
      expect(idsOf(await store.claimDialogs('a', 5, at, 'claim 3'))).toEqual(idsOf(ordered.slice(10)));
      expect(await store.claimDialogs('a', 5, at, 'claim 4')).toEqual([]);
      expect(await store.claimDialogs('b', 5, at, 'claim 5')).toEqual([]);
      for (const id of HOSTILE_IDS) expect(await store.claimDialogs(id, 1, at, 'claim 6')).toEqual([]);
    });

    test('returns each dialog to one of many callers, and to each caller its count while there are enough', async () => {
      const opened = await open();
      const dialogs = await storedPool(opened.store, 'a', 24);
      const claims = await atOnce(opened, 6, (store, caller) =>
        store.claimDialogs('a', 3, second(100), `claim ${caller}`),
      );
      for (const claim of claims) expect(claim).toHaveLength(3);
      const claimed = idsOf(claims.flat());
      expect(new Set(claimed).size).toBe(18);
      expect(await opened.store.dialogCounts(['a'])).toEqual([{ unused: 6, used: 18 }]);
      const rest = await opened.store.claimDialogs('a', 100, second(101), 'the rest');
      expect([...claimed, ...idsOf(rest)].sort()).toEqual(idsOf(dialogs).sort());
    });

    test('returns all dialogs, each once, if more are wanted', async () => {
      const opened = await open();
      const dialogs = await storedPool(opened.store, 'a', 10);
      const claims = await atOnce(opened, 8, (store, caller) =>
        store.claimDialogs('a', 2, second(100), `claim ${caller}`),
      );
      expect(idsOf(claims.flat()).sort()).toEqual(idsOf(dialogs).sort());
      expect(await opened.store.unusedTotal('a')).toBe(0);
    });
  });

  describe('marking a dialog used', () => {
    test('changes it once, and later calls change nothing', async () => {
      const { store } = await open();
      const [dialog, other] = (await storedPool(store, 'a', 2)).map(present);
      const id = present(dialog).id;
      const marked = await store.markDialogUsed('a', id, second(50));
      expect(marked).toEqual({ ...present(dialog), isUsed: true, usedAt: second(50) });
      expect(await store.markDialogUsed('a', id, second(60))).toEqual(marked);
      expect(await store.dialogs([{ profileId: 'a', dialogId: id }])).toEqual([marked]);
      const claimed = await store.claimDialogs('a', 9, second(70), 'claim');
      expect(idsOf(claimed)).toEqual([present(other).id]);
      expect((await store.markDialogUsed('a', present(other).id, second(80))).usedAt).toEqual(second(70));
    });

    test('by many callers at once returns the same to all of them', async () => {
      const opened = await open();
      const dialog = present((await storedPool(opened.store, 'a', 1))[0]);
      const marked = await atOnce(opened, 8, (store, caller) =>
        store.markDialogUsed('a', dialog.id, second(caller)),
      );
      expect(new Set(marked.map((used) => used.usedAt?.getTime())).size).toBe(1);
    });

    test('fails if it is unknown or belongs to another profile', async () => {
      const { store } = await open();
      const dialog = present((await storedPool(store, 'a', 1))[0]);
      await store.createProfile(sampleProfile('b'));
      await expect(store.markDialogUsed('a', 'none', second(1))).rejects.toThrow(DialogNotFound);
      await expect(store.markDialogUsed('b', dialog.id, second(1))).rejects.toThrow(DialogNotFound);
      await expect(store.markDialogUsed('none', dialog.id, second(1))).rejects.toThrow(DialogNotFound);
      expect(await store.unusedTotal('a')).toBe(1);
    });
  });
}

function byId(one: { readonly id: string }, other: { readonly id: string }): number {
  return one.id < other.id ? -1 : 1;
}
