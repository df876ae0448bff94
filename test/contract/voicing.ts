import { describe, expect, test } from 'vitest';
import type { Dialog } from '../../src/model/dialog.ts';
import type { Store } from '../../src/ports/store.ts';
import { atOnce, type OpenStore } from './opened-store.ts';
import { HOSTILE_IDS, idsOf, present, sampleDialog, sampleProfile, second, storedWords } from './samples.ts';

const TURNS = [
  { speaker: 'A', text: '¿Una llave?', translation: 'A key?', audio: null },
  { speaker: 'B', text: 'Sí, «una llave» 🙂.', translation: null, audio: null },
  { speaker: 'A', text: '¿Una llave?', translation: 'A key?', audio: null },
];

/** Recordings for every text of `TURNS`. */
const NAMES = new Map([
  ['¿Una llave?', 'key.mp3'],
  ['Sí, «una llave» 🙂.', 'yes.wav'],
]);

/** Stores a profile with unused dialogs of three silent turns, each created a second after the one before. */
async function storedSilent(store: Store, profileId: string, count: number, change: Partial<Dialog> = {}) {
  const words = await storedWords(store, profileId, count);
  const dialogs = words.map((word) => sampleDialog(word, 0, { turns: TURNS, ...change }));
  for (const dialog of dialogs) expect(await store.createDialog(dialog)).toBe(true);
  return dialogs;
}

const ALL = { first: 100, after: null };

export function voicingContract(open: OpenStore): void {
  describe('saving recordings', () => {
    test('adds to each silent turn the one for its text, and changes nothing else', async () => {
      const { store, another } = await open();
      const dialog = present((await storedSilent(store, 'a', 1))[0]);
      expect(await store.saveRecordings('a', dialog.id, NAMES)).toBe(3);
      const turns = TURNS.map((turn) => ({ ...turn, audio: NAMES.get(turn.text) ?? null }));
      const key = { profileId: 'a', dialogId: dialog.id };
      expect(await store.dialogs([key])).toEqual([{ ...dialog, turns }]);
      expect(await (await another()).dialogs([key])).toEqual([{ ...dialog, turns }]);
    });

    test('keeps the first one of a turn, and leaves turns without one silent', async () => {
      const { store } = await open();
      const dialog = present((await storedSilent(store, 'a', 1))[0]);
      const first = new Map([
        ['¿Una llave?', 'first.mp3'],
        ['something else', 'else.mp3'],
      ]);
      expect(await store.saveRecordings('a', dialog.id, first)).toBe(2);
      expect(await store.saveRecordings('a', dialog.id, first)).toBe(0);
      expect(await store.saveRecordings('a', dialog.id, new Map())).toBe(0);
      expect(await store.saveRecordings('a', dialog.id, NAMES)).toBe(1);
      const [kept] = await store.dialogs([{ profileId: 'a', dialogId: dialog.id }]);
      expect(kept?.turns.map(({ audio }) => audio)).toEqual(['first.mp3', 'yes.wav', 'first.mp3']);
    });

    test('works for used dialogs too, and leaves them used', async () => {
      const { store } = await open();
      const dialog = present((await storedSilent(store, 'a', 1))[0]);
      await store.claimDialogs('a', 1, second(50), 'claim');
      expect(await store.saveRecordings('a', dialog.id, NAMES)).toBe(3);
      const [kept] = await store.dialogs([{ profileId: 'a', dialogId: dialog.id }]);
      expect(kept).toMatchObject({ isUsed: true, usedAt: second(50) });
      expect(await store.voicedTotals(['a'])).toEqual([0]);
    });

    test('of a dialog that was removed, is unknown or belongs to another profile changes nothing', async () => {
      const { store } = await open();
      const dialog = present((await storedSilent(store, 'a', 1))[0]);
      await store.createProfile(sampleProfile('b'));
      expect(await store.saveRecordings('b', dialog.id, NAMES)).toBe(0);
      for (const id of HOSTILE_IDS) {
        expect(await store.saveRecordings('a', id, NAMES)).toBe(0);
        expect(await store.saveRecordings(id, dialog.id, NAMES)).toBe(0);
      }
      await store.removeWords('a', [dialog.wordId]);
      expect(await store.saveRecordings('a', dialog.id, NAMES)).toBe(0);
      expect(await store.dialogs([{ profileId: 'a', dialogId: dialog.id }])).toEqual([null]);
    });

    test('by many callers at once, for the same and for other turns, counts each turn once and loses none', async () => {
      const opened = await open();
      const dialogs = await storedSilent(opened.store, 'a', 3);
      const names = [...NAMES];
      const saved = await atOnce(opened, 12, async (store, caller) => {
        const dialog = present(dialogs[caller % dialogs.length]);
        return store.saveRecordings('a', dialog.id, new Map([present(names[caller % names.length])]));
      });
      expect(saved.reduce((sum, turns) => sum + turns, 0)).toBe(9);
      expect(await opened.store.voicedTotals(['a'])).toEqual([3]);
    });

    test('while the dialog is claimed loses neither the recordings nor the claim', async () => {
      const opened = await open();
      const dialogs = await storedSilent(opened.store, 'a', 8);
      const claimed: Dialog[] = [];
      await atOnce(opened, 16, async (store, caller) => {
        if (caller < 8) await store.saveRecordings('a', present(dialogs[caller]).id, NAMES);
        else claimed.push(...(await store.claimDialogs('a', 1, second(70), `claim ${caller}`)));
      });
      expect(idsOf(claimed).sort()).toEqual(idsOf(dialogs).sort());
      const kept = await opened.store.dialogs(dialogs.map(({ id }) => ({ profileId: 'a', dialogId: id })));
      for (const dialog of kept) {
        expect(dialog?.isUsed).toBe(true);
        expect(dialog?.turns.map(({ audio }) => audio)).toEqual(['key.mp3', 'yes.wav', 'key.mp3']);
      }
    });
  });

  describe('silent dialogs', () => {
    test('are the unused ones with a reference voice and a silent turn, oldest first', async () => {
      const { store } = await open();
      const [voiced, begun, used, silent, voiceless] = (await storedWords(store, 'a', 5)).map((word, index) =>
        sampleDialog(word, 0, { turns: TURNS, ...(index === 4 && { refVoiceId: null }) }),
      );
      for (const dialog of [voiced, begun, used, silent, voiceless])
        await store.createDialog(present(dialog));
      await store.saveRecordings('a', present(voiced).id, NAMES);
      await store.saveRecordings('a', present(begun).id, new Map([['¿Una llave?', 'key.mp3']]));
      await store.markDialogUsed('a', present(used).id, second(9));
      const { nodes, hasNextPage } = await store.silentDialogPage('a', ALL);
      expect(idsOf(nodes)).toEqual(idsOf([present(begun), present(silent)]));
      expect(nodes[0]?.turns.map(({ audio }) => audio)).toEqual(['key.mp3', null, 'key.mp3']);
      expect(nodes[1]).toEqual(silent);
      expect(hasNextPage).toBe(false);
      for (const id of ['b', ...HOSTILE_IDS])
        expect(await store.silentDialogPage(id, ALL)).toEqual({ nodes: [], hasNextPage: false });
    });

    test('are paged by position, whatever is voiced meanwhile', async () => {
      const { store } = await open();
      const dialogs = await storedSilent(store, 'a', 5);
      const first = await store.silentDialogPage('a', { first: 2, after: null });
      expect(idsOf(first.nodes)).toEqual(idsOf(dialogs.slice(0, 2)));
      expect(first.hasNextPage).toBe(true);
      for (const { id } of dialogs.slice(1, 3)) await store.saveRecordings('a', id, NAMES);
      const rest = await store.silentDialogPage('a', { first: 2, after: present(first.nodes[1]) });
      expect(idsOf(rest.nodes)).toEqual(idsOf(dialogs.slice(3)));
      expect(rest.hasNextPage).toBe(false);
    });

    test('do not include those that were created with every recording', async () => {
      const { store } = await open();
      const turns = TURNS.map((turn) => ({ ...turn, audio: 'made.mp3' }));
      await storedSilent(store, 'a', 2, { turns });
      expect((await store.silentDialogPage('a', ALL)).nodes).toEqual([]);
      expect(await store.voicedTotals(['a'])).toEqual([2]);
    });
  });

  describe('counting voiced dialogs', () => {
    test('counts the unused ones of which every turn has a recording', async () => {
      const { store } = await open();
      const [one, two, three] = await storedSilent(store, 'a', 4);
      await storedSilent(store, 'b', 1);
      await store.saveRecordings('a', present(one).id, NAMES);
      await store.saveRecordings('a', present(two).id, NAMES);
      await store.saveRecordings('a', present(three).id, new Map([['¿Una llave?', 'key.mp3']]));
      expect(await store.voicedTotals(['a', 'b', 'none', 'a'])).toEqual([2, 0, 0, 2]);
      await store.markDialogUsed('a', present(one).id, second(9));
      expect(await store.voicedTotals(['a'])).toEqual([1]);
      expect(await store.voicedTotals([])).toEqual([]);
      expect(await store.voicedTotals(HOSTILE_IDS)).toEqual(HOSTILE_IDS.map(() => 0));
    });
  });
}
