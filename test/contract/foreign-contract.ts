import { describe, expect, test } from 'vitest';
import type { Dialog } from '../../src/model/dialog.ts';
import type { Profile } from '../../src/model/profile.ts';
import type { Word } from '../../src/model/word.ts';
import { type Capabilities, disposing, type OpenedStore, type OpenStore } from './opened-store.ts';
import {
  FOREIGN_IDS,
  idsOf,
  present,
  sampleDialog,
  sampleProfile,
  sampleTopUp,
  sampleWord,
  second,
  storedPool,
  storedWords,
} from './samples.ts';

/** Writes without the store, as another program on the same data does. */
export interface ForeignWriter {
  profile(profile: Profile): Promise<void>;
  word(word: Word): Promise<void>;
  dialog(dialog: Dialog): Promise<void>;
  /** Writes documents that are no valid words, dialogs or top-ups into a profile, one of each kind. */
  rubbish(profileId: string): Promise<void>;
}

export interface ForeignStore extends OpenedStore {
  readonly foreign: ForeignWriter;
}

/** The tests of a store whose data other programs write too, with ids of their own and without our rules. */
export function foreignContract(
  name: string,
  open: OpenStore<ForeignStore>,
  { seesOtherUnusedDialogs }: Capabilities,
): void {
  const opened = disposing(open);
  const all = { first: 100, after: null };

  describe(`${name} works beside other writers:`, () => {
    test('their profiles, words and dialogs are found by ids in every script', async () => {
      const { store, foreign } = await opened();
      for (const id of FOREIGN_IDS) {
        const profile = sampleProfile(id);
        const word = sampleWord(id, 'casa', { id, dialogSeries: null });
        const dialog = sampleDialog(word, 0, { id });
        await foreign.profile(profile);
        await foreign.word(word);
        await foreign.dialog(dialog);
        expect(await store.profiles([id])).toEqual([profile]);
        expect(await store.words([{ profileId: id, wordId: id }])).toEqual([word]);
        expect(await store.dialogs([{ profileId: id, dialogId: id }])).toEqual([dialog]);
        expect(await store.unusedDialogs([{ profileId: id, wordId: id }])).toEqual([dialog]);
        expect(await store.setWordState(id, [id], 'pending')).toEqual([{ ...word, state: 'pending' }]);
        expect(idsOf(await store.claimDialogs(id, 9, second(9), 'claim'))).toEqual([id]);
        expect(await store.removeWords(id, [id])).toEqual([id]);
      }
    });

    test('a word of theirs is not added a second time under our id', async () => {
      const { store, foreign } = await opened();
      await store.createProfile(sampleProfile('a'));
      const theirs = sampleWord('a', 'Ma\u00f1ana', { id: 'word-1', state: 'learned', dialogSeries: null });
      await foreign.word(theirs);
      const ours = [sampleWord('a', 'man\u0303ana'), sampleWord('a', 'casa')];
      expect(await store.addWords('a', ours)).toEqual({ added: [ours[1]], existing: [theirs] });
      expect(await store.wordCounts(['a'])).toEqual([{ pending: 0, teaching: 1, learned: 1 }]);
    });

    test('if they created several unused dialogs of a word, the oldest is shown and all can be claimed', async () => {
      const { store, foreign } = await opened();
      const word = present((await storedWords(store, 'a', 1))[0]);
      const old = sampleDialog(word, 0, { id: 'z', createdAt: second(1) });
      const young = sampleDialog(word, 0, { id: 'a', createdAt: second(2) });
      await foreign.dialog(young);
      await foreign.dialog(old);
      expect(await store.unusedDialogs([{ profileId: 'a', wordId: word.id }])).toEqual([old]);
      expect(await store.survey('a', [word.id])).toEqual({
        unusedTotal: 2,
        histories: [{ hasUnusedDialog: true, nextNumber: 2, recent: [young, old], styles: [null, null] }],
      });
      if (seesOtherUnusedDialogs) expect(await store.createDialog(sampleDialog(word, 2))).toBe(false);
      expect(idsOf(await store.claimDialogs('a', 9, second(9), 'claim'))).toEqual(['z', 'a']);
      expect(await store.createDialog(sampleDialog(word, 2))).toBe(true);
    });

    test('a walk draws their words too, in the order of the ids', async () => {
      const { store, foreign } = await opened();
      await store.createProfile(sampleProfile('a'));
      for (const id of ['0', 'Z', 'a', 'b1', 'zz']) await foreign.word(sampleWord('a', `text ${id}`, { id }));
      const drawn = await store.drawWords('a', 'teaching', { start: 'b', after: null, wrapped: false }, 9);
      expect(idsOf(drawn.words)).toEqual(['b1', 'zz', '0', 'Z', 'a']);
      expect(drawn.next).toBeNull();
    });

    test('what is no valid word, dialog or top-up is neither shown nor counted', async () => {
      const { store, foreign } = await opened();
      const dialogs = await storedPool(store, 'a', 3);
      await foreign.rubbish('a');
      expect(await store.wordCounts(['a'])).toEqual([{ pending: 0, teaching: 3, learned: 0 }]);
      expect(await store.dialogCounts(['a'])).toEqual([{ unused: 3, used: 0 }]);
      expect(await store.unusedTotal('a')).toBe(3);
      expect((await store.wordPage('a', null, all)).nodes).toHaveLength(3);
      expect(await store.dialogPage('a', null, { first: 3, after: null })).toEqual({
        nodes: dialogs,
        hasNextPage: false,
      });
      const drawn = await store.drawWords('a', 'teaching', { start: '', after: null, wrapped: false }, 3);
      expect(drawn.words).toHaveLength(3);
      expect(drawn.next).toBeNull();
      const topUp = await store.createTopUp(sampleTopUp('a', 'one'));
      expect(await store.topUpPage('a', { first: 1, after: null })).toEqual({
        nodes: [topUp],
        hasNextPage: false,
      });
      expect(await store.currentTopUps(['a'])).toEqual([topUp]);
      expect(await store.requestCancel('a', 'rubbish-0')).toBeNull();
      const ids = dialogs.map((dialog) => dialog.wordId);
      expect((await store.survey('a', ids)).unusedTotal).toBe(3);
      expect(idsOf(await store.claimDialogs('a', 100, second(9), 'claim'))).toEqual(idsOf(dialogs));
    });
  });
}
