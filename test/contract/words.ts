import { describe, expect, test } from 'vitest';
import { ProfileNotFound, WordNotFound } from '../../src/model/errors.ts';
import { WORD_STATES, type Word, wordId } from '../../src/model/word.ts';
import { atOnce, type OpenStore } from './opened-store.ts';
import {
  HOSTILE_IDS,
  idsOf,
  present,
  sampleDialog,
  sampleProfile,
  sampleWord,
  sampleWords,
  second,
  storedPool,
  storedWords,
} from './samples.ts';

/** @param words how many words are changed by one call, more than 100; the API's limit is 1,000 */
export function wordContract(open: OpenStore, words: number): void {
  describe('words', () => {
    test('are read as they were added', async () => {
      const { store, another } = await open();
      await store.createProfile(sampleProfile('a'));
      const words = [
        sampleWord('a', 'casa', { createdAt: new Date('2026-02-03T04:05:06.789Z') }),
        sampleWord('a', 'perro', { translation: null, state: 'pending' }),
        sampleWord('a', 'gato', { translation: '', state: 'learned' }),
        sampleWord('a', '朋友 🙂', { translation: 'مرحبا' }),
        sampleWord('a', '界'.repeat(200), { translation: '界'.repeat(500) }),
        sampleWord('a', `"quoted" 'text' \\ % _ \n\t`),
      ];
      expect(await store.addWords('a', words)).toEqual({ added: words, existing: [] });
      const keys = words.map((word) => ({ profileId: 'a', wordId: word.id }));
      expect(await store.words(keys)).toEqual(words);
      expect(await (await another()).words(keys)).toEqual(words);
    });

    test('are read in the order of the keys, of several profiles at once', async () => {
      const { store } = await open();
      const [one, two] = await storedWords(store, 'a', 2);
      const [other] = await storedWords(store, 'b', 1);
      const [a1, a2, b1] = [present(one), present(two), present(other)];
      const keys = [
        { profileId: 'b', wordId: b1.id },
        { profileId: 'a', wordId: a2.id },
        { profileId: 'b', wordId: a1.id },
        { profileId: 'a', wordId: a1.id },
        { profileId: 'none', wordId: a1.id },
        { profileId: 'a', wordId: a2.id },
        { profileId: 'a', wordId: a1.id.toUpperCase() },
      ];
      expect(await store.words(keys)).toEqual([b1, a2, null, a1, null, a2, null]);
      expect(await store.words([])).toEqual([]);
    });

    test('are not found by ids that no store can keep', async () => {
      const { store } = await open();
      const word = present((await storedWords(store, 'a', 1))[0]);
      const keys = HOSTILE_IDS.flatMap((id) => [
        { profileId: 'a', wordId: id },
        { profileId: id, wordId: word.id },
        { profileId: id, wordId: id },
      ]);
      expect(await store.words(keys)).toEqual(keys.map(() => null));
      expect(await store.removeWords('a', HOSTILE_IDS)).toEqual([]);
      for (const id of HOSTILE_IDS)
        await expect(store.setWordState('a', [id], 'learned')).rejects.toThrow(WordNotFound);
      expect(await store.words([{ profileId: 'a', wordId: word.id }])).toEqual([word]);
    });

    test('are stored with NULs and invalid Unicode in their text', async () => {
      const { store } = await open();
      await store.createProfile(sampleProfile('a'));
      const words = [
        sampleWord('a', 'one\0two', { translation: '\0' }),
        sampleWord('a', 'x\ud800y', { translation: '\udc00' }),
        sampleWord('a', 'after'),
      ];
      const { added } = await store.addWords('a', words);
      expect(idsOf(added)).toEqual(idsOf(words));
      const { nodes } = await store.wordPage('a', null, { first: 10, after: null });
      expect(new Map(nodes.map((node) => [node.id, node]))).toEqual(
        new Map(words.map((word) => [word.id, { ...word, ...wellFormed(word) }])),
      );
    });

    test('that the profile already has are matched without regard to case, width and Unicode form', async () => {
      const { store } = await open();
      await store.createProfile(sampleProfile('a'));
      const stored = [
        sampleWord('a', 'Ma\u00f1ana', { state: 'learned', translation: 'tomorrow' }),
        sampleWord('a', 'ＡＢＣ'),
        sampleWord('a', 'カメラ'),
        sampleWord('a', 'Maße'),
        sampleWord('a', 'está'),
      ];
      await store.addWords('a', stored);
      const later = { createdAt: second(60), translation: null, state: 'pending' } as const;
      const again = ['man\u0303ana', 'MAN\u0303ANA', 'abc', 'ｶﾒﾗ', 'MAßE', 'EST\u00c1'].map((text) =>
        sampleWord('a', text, later),
      );
      for (const word of again) expect((await store.addWords('a', [word])).added, word.text).toEqual([]);
      const fresh = ['Masse', 'esta', 'camera'].map((text) => sampleWord('a', text, later));
      const [casse, known, ...rest] = [present(fresh[0]), present(again[0]), ...fresh.slice(1)];
      expect(await store.addWords('a', [casse, known, ...rest])).toEqual({
        added: fresh,
        existing: [stored[0]],
      });
      expect(await store.wordCounts(['a'])).toEqual([{ pending: 3, teaching: 4, learned: 1 }]);
    });

    test('of different profiles may have the same text', async () => {
      const { store } = await open();
      await storedWords(store, 'a', 2);
      await store.createProfile(sampleProfile('b'));
      const words = sampleWords('b', 2);
      expect(await store.addWords('b', words)).toEqual({ added: words, existing: [] });
    });

    test('that many callers add at once are each added by one of them', async () => {
      const opened = await open();
      await opened.store.createProfile(sampleProfile('a'));
      const words = sampleWords('a', 40);
      const results = await atOnce(opened, 8, (store, caller) =>
        store.addWords('a', [...words.slice(caller * 5), ...words.slice(0, caller * 5)]),
      );
      expect(idsOf(results.flatMap((result) => result.added)).sort()).toEqual(idsOf(words).sort());
      for (const { added, existing } of results) expect(added.length + existing.length).toBe(40);
      expect(await opened.store.wordCounts(['a'])).toEqual([{ pending: 0, teaching: 40, learned: 0 }]);
    });

    test('are not added to an unknown profile', async () => {
      const { store } = await open();
      await expect(store.addWords('none', sampleWords('none', 3))).rejects.toThrow(ProfileNotFound);
      await store.createProfile(sampleProfile('none'));
      expect(await store.wordCounts(['none'])).toEqual([{ pending: 0, teaching: 0, learned: 0 }]);
    });

    test('are counted by state, in the order of the given profiles', async () => {
      const { store } = await open();
      await store.createProfile(sampleProfile('a'));
      const words = sampleWords('a', 6).map((word, index) => ({
        ...word,
        state: present(WORD_STATES[index === 0 ? 0 : index < 3 ? 1 : 2]),
      }));
      await store.addWords('a', words);
      await storedWords(store, 'b', 2, { state: 'pending' });
      const a = { pending: 1, teaching: 2, learned: 3 };
      const none = { pending: 0, teaching: 0, learned: 0 };
      const b = { pending: 2, teaching: 0, learned: 0 };
      expect(await store.wordCounts(['b', 'none', 'a', 'b'])).toEqual([b, none, a, b]);
      expect(await store.wordCounts([])).toEqual([]);
      expect(await store.wordCounts(HOSTILE_IDS)).toEqual(HOSTILE_IDS.map(() => none));
    });
  });

  describe('setting the state of words', () => {
    test('returns them in the given order, each once', async () => {
      const { store } = await open();
      const words = await storedWords(store, 'a', 5);
      const [first, , third, , last] = words.map(present);
      const asked = [present(last), present(first), present(third), present(first)];
      await store.setWordState('a', [present(first).id], 'learned');
      const learned = [last, first, third].map((word) => ({ ...present(word), state: 'learned' }));
      expect(await store.setWordState('a', idsOf(asked), 'learned')).toEqual(learned);
      expect(await store.wordCounts(['a'])).toEqual([{ pending: 0, teaching: 2, learned: 3 }]);
    });

    test('changes nothing if one of them is unknown or belongs to another profile', async () => {
      const { store } = await open();
      const words = await storedWords(store, 'a', 3);
      const [foreign] = await storedWords(store, 'b', 1);
      for (const stranger of ['none', present(foreign).id]) {
        const change = store.setWordState('a', [...idsOf(words), stranger], 'learned');
        await expect(change).rejects.toThrow(WordNotFound);
        await expect(change).rejects.toThrow(stranger);
      }
      expect(await store.wordCounts(['a', 'b'])).toEqual([
        { pending: 0, teaching: 3, learned: 0 },
        { pending: 0, teaching: 1, learned: 0 },
      ]);
    });

    test('of an unknown profile is refused', async () => {
      const { store } = await open();
      await expect(store.setWordState('none', ['x'], 'learned')).rejects.toThrow(ProfileNotFound);
    });
  });

  describe('the texts of learned words', () => {
    test('are read up to a limit', async () => {
      const { store } = await open();
      const words = await storedWords(store, 'a', 5);
      expect(await store.learnedTexts('a', 9)).toEqual([]);
      await store.setWordState('a', idsOf(words.slice(0, 3)), 'learned');
      expect((await store.learnedTexts('a', 9)).sort()).toEqual(['word 0', 'word 1', 'word 2']);
      expect(await store.learnedTexts('a', 2)).toHaveLength(2);
      for (const id of ['none', ...HOSTILE_IDS]) expect(await store.learnedTexts(id, 9)).toEqual([]);
    });
  });

  describe('removing words', () => {
    test('removes their unused dialogs and keeps the used ones', async () => {
      const { store } = await open();
      const dialogs = await storedPool(store, 'a', 3);
      const [used, unused, kept] = dialogs.map(present).map((dialog) => present(dialog));
      const ofUsed = await store.markDialogUsed('a', present(used).id, second(50));
      const ids = [present(unused).wordId, present(used).wordId];
      expect(await store.removeWords('a', [ids[0], 'none', ids[1], ids[0]].map(present))).toEqual(ids);
      expect(await store.words(ids.map((id) => ({ profileId: 'a', wordId: id })))).toEqual([null, null]);
      expect((await store.dialogPage('a', null, { first: 9, after: null })).nodes).toEqual([ofUsed, kept]);
      expect(await store.dialogCounts(['a'])).toEqual([{ unused: 1, used: 1 }]);
      expect(await store.wordCounts(['a'])).toEqual([{ pending: 0, teaching: 1, learned: 0 }]);
      expect(await store.removeWords('a', ids)).toEqual([]);
    });

    test('and adding them again continues the numbers of their used dialogs', async () => {
      const { store } = await open();
      const dialog = present((await storedPool(store, 'a', 1))[0]);
      const word = present((await store.words([dialog]))[0]);
      const used = await store.markDialogUsed('a', dialog.id, second(5));
      await store.removeWords('a', [word.id]);
      expect(await store.addWords('a', [word])).toEqual({ added: [word], existing: [] });
      const { histories } = await store.survey('a', [word.id]);
      expect(histories).toEqual([{ hasUnusedDialog: false, nextNumber: 1, recent: [used], styles: [null] }]);
    });

    test('of another or an unknown profile removes nothing', async () => {
      const { store } = await open();
      const [word] = await storedWords(store, 'a', 1);
      await store.createProfile(sampleProfile('b'));
      expect(await store.removeWords('b', [present(word).id])).toEqual([]);
      await expect(store.removeWords('none', [present(word).id])).rejects.toThrow(ProfileNotFound);
      expect(await store.wordCounts(['a'])).toEqual([{ pending: 0, teaching: 1, learned: 0 }]);
    });

    test('by many callers at once reports each word to one of them', async () => {
      const opened = await open();
      const words = await storedWords(opened.store, 'a', 20);
      const removed = await atOnce(opened, 6, (store) => store.removeWords('a', idsOf(words)));
      expect(removed.flat().sort()).toEqual(idsOf(words).sort());
    });
  });

  test(`${words} words are added, get another state and are removed at once, each time in the given order`, async () => {
    const { store } = await open();
    const known = await storedWords(store, 'a', 100);
    const given = sampleWords('a', words, { createdAt: second(5000) }).reverse();
    const { added, existing } = await store.addWords('a', given);
    expect(existing).toEqual([...known].reverse());
    expect(added).toEqual(given.slice(0, -100));
    expect(await store.wordCounts(['a'])).toEqual([{ pending: 0, teaching: words, learned: 0 }]);

    const all = [...added, ...existing];
    const pending = await store.setWordState('a', idsOf(all), 'pending');
    expect(pending).toEqual(all.map((word): Word => ({ ...word, state: 'pending' })));
    expect(await store.wordCounts(['a'])).toEqual([{ pending: words, teaching: 0, learned: 0 }]);

    const removed = await store.removeWords('a', [...idsOf(all), wordId('a', 'none')].slice(1));
    expect(removed).toEqual(idsOf(all).slice(1));
    expect(await store.wordCounts(['a'])).toEqual([{ pending: 1, teaching: 0, learned: 0 }]);
    expect(await store.createDialog(sampleDialog(present(all[0])))).toBe(true);
  });
}

/** A lone surrogate is invalid Unicode. A store may keep it, or replace it by the replacement character. */
function wellFormed(word: Word): Partial<Word> {
  return {
    text: expect.toSatisfy((text: string) => replaced(text) === replaced(word.text)),
    translation: expect.toSatisfy((text: string) => replaced(text) === replaced(word.translation ?? '')),
  };
}

function replaced(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, '\ufffd');
}
