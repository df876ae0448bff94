import { describe, expect, test } from 'vitest';
import { reviewed } from '../../src/learning/fsrs.ts';
import { learnedFrom, NOTHING_LEARNED } from '../../src/learning/learned.ts';
import { NO_BELIEFS } from '../../src/learning/linear-model.ts';
import { reviewRules } from '../../src/learning/review-rules.ts';
import { DialogNotFound, ProfileNotFound, WordNotFound } from '../../src/model/errors.ts';
import type { Grade } from '../../src/model/review.ts';
import { atOnce, type OpenStore } from './opened-store.ts';
import { day, review, sampleRules, storedPractice } from './review-samples.ts';
import { HOSTILE_IDS, idsOf, present, sampleDialog } from './samples.ts';

const ALL = { first: 100, after: null };
/** Grades that differ between the words of a day and the days of a word. */
const gradeOf = (word: number, onDay: number): Grade => ((word + onDay) % 3 === 0 ? 'again' : 'good');

export function reviewContract(open: OpenStore): void {
  describe('a review', () => {
    test('is stored with its dialog, in the memory of its word and in the learning of the profile', async () => {
      const { store, another } = await open();
      const { words, dialogs } = await storedPractice(store, { words: 2, dialogs: 1 });
      const [word] = words;
      const { id: wordId } = present(word);
      const stored = await review(store, dialogs[0]?.[0], 'good', day(0), 4);
      const result = { wordId, grade: 'good', predicted: null, retrievability: null, mayCount: true };
      expect(stored.isNew).toBe(true);
      expect(stored.dialog).toEqual({
        ...dialogs[0]?.[0],
        review: { reviewedAt: day(0), rating: 4, results: [result], learningVersion: 0 },
      });
      expect(stored.words).toHaveLength(1);
      expect(stored.words[0]).toMatchObject({ ...word, memory: reviewed(null, 'good', day(0)) });
      expect(stored.learning).toMatchObject({ version: 1, reviews: 1, cause: 'review', at: day(0) });

      const other = await another();
      const { profileId, id: dialogId } = stored.dialog;
      expect(await other.dialogs([{ profileId, dialogId }])).toEqual([stored.dialog]);
      expect(await other.words([{ profileId, wordId }])).toEqual(stored.words);
      expect((await other.wordPage('a', null, ALL)).nodes).toEqual([stored.words[0], words[1]]);
      expect((await other.dialogPage('a', true, ALL)).nodes).toEqual([stored.dialog, dialogs[1]?.[0]]);
      expect(await other.learnings(['b', 'a', 'a'])).toEqual([null, stored.learning, stored.learning]);
    });

    test('leaves the style of its dialog as it is', async () => {
      const { store } = await open();
      const { words } = await storedPractice(store, { words: 1, dialogs: 0 });
      const dialog = sampleDialog(present(words[0]), 0, {
        style: 'scene:market register:informal',
        selfCheck: { knownShare: 0.25, targetUsed: true, language: 'es' },
      });
      await store.createDialog(dialog);
      const used = await store.markDialogUsed('a', dialog.id, day(0));
      expect(used.style).toBe(dialog.style);
      const { dialog: reviewedDialog } = await review(store, used, 'good', day(0));
      expect(await store.dialogs([{ profileId: 'a', dialogId: dialog.id }])).toEqual([reviewedDialog]);
      expect(reviewedDialog.style).toBe(dialog.style);
    });

    test('predicts each result from what was learned before it', async () => {
      const { store } = await open();
      const { words, dialogs } = await storedPractice(store, { words: 1, dialogs: 3 });
      await review(store, dialogs[0]?.[0], 'good', day(0));
      const second = await review(store, dialogs[0]?.[1], 'again', day(3));
      const third = await review(store, dialogs[0]?.[2], 'good', day(5));
      const [predictedSecond, predictedThird] = [second, third].map(({ dialog }) => dialog.review.results[0]);
      // With nothing learned, the prediction is that of FSRS.
      expect(predictedSecond?.predicted).toBeCloseTo(present(predictedSecond?.retrievability), 12);
      expect(predictedSecond?.predicted).toBeLessThan(1);
      expect(predictedThird?.predicted).toBeLessThan(present(predictedThird?.retrievability));
      let state = NOTHING_LEARNED;
      let memory = null;
      for (const { dialog } of [await review(store, dialogs[0]?.[0], 'good', day(9)), second, third]) {
        state = learnedFrom(state, dialog, [], () => NO_BELIEFS).state;
        memory = reviewed(memory, dialog.review.results[0]?.grade ?? 'good', dialog.review.reviewedAt);
      }
      expect(third.learning).toMatchObject({ ...state, version: 3 });
      const wordId = present(words[0]).id;
      expect((await store.words([{ profileId: 'a', wordId }]))[0]?.memory).toMatchObject({ ...memory });
    });

    test('is stored once: a repeated call changes nothing and returns the same', async () => {
      const { store, another } = await open();
      const { words, dialogs } = await storedPractice(store, { words: 2, dialogs: 1 });
      const first = await review(store, dialogs[0]?.[0], 'good', day(0), 4);
      const again = await review(await another(), dialogs[0]?.[0], 'again', day(7), 1);
      expect(again).toEqual({ ...first, isNew: false });
      const other = reviewRules(
        { results: [{ wordId: present(words[1]).id, grade: 'easy' }], rating: 5 },
        day(8),
      );
      const key = { profileId: 'a', dialogId: first.dialog.id };
      expect(await store.storeReview(key, [present(words[1]).id], other)).toEqual({ ...first, isNew: false });
      expect(await store.learnings(['a'])).toEqual([first.learning]);
    });

    test('of many callers at once is stored by one of them', async () => {
      const opened = await open();
      const { dialogs } = await storedPractice(opened.store, { words: 1, dialogs: 1 });
      const results = await atOnce(opened, 8, (store, caller) =>
        review(store, dialogs[0]?.[0], caller % 2 ? 'good' : 'again', day(0)),
      );
      expect(results.filter(({ isNew }) => isNew)).toHaveLength(1);
      for (const { dialog } of results) expect(dialog).toEqual(results[0]?.dialog);
      const [learning] = await opened.store.learnings(['a']);
      expect(learning).toMatchObject({ reviews: 1, version: 1 });
      expect((await opened.store.wordPage('a', null, ALL)).nodes[0]?.memory).toMatchObject({ reviews: 1 });
    });

    test('of each dialog is included once if many are reviewed at once', async () => {
      const opened = await open();
      const { words, dialogs } = await storedPractice(opened.store, { words: 4, dialogs: 3 });
      // The reviews of a word come through one store, which keeps their order: an earlier day would not count later.
      const practised = [0, 1, 2].flatMap((onDay) =>
        dialogs.map((ofWord, index) => ({
          dialog: present(ofWord[onDay]),
          grade: gradeOf(index, onDay),
          onDay,
        })),
      );
      await atOnce(opened, practised.length, (store, caller) => {
        const { dialog, grade, onDay } = present(practised[caller]);
        return review(store, dialog, grade, day(onDay));
      });
      const learning = present((await opened.store.learnings(['a']))[0]);
      expect(learning.reviews).toBe(12);
      expect(new Set(learning.included.map(({ dialogId }) => dialogId))).toEqual(
        new Set(idsOf(dialogs.flat())),
      );
      expect(learning.included).toHaveLength(12);
      const keys = words.map(({ id }) => ({ profileId: 'a', wordId: id }));
      for (const [index, word] of (await opened.store.words(keys)).entries()) {
        const memory = [0, 1, 2].reduce(
          (before, onDay) => reviewed(before, gradeOf(index, onDay), day(onDay)),
          null as ReturnType<typeof reviewed> | null,
        );
        expect(word?.memory).toMatchObject({ ...memory });
      }
    });

    test('counts once for a word and a day, however many callers there are', async () => {
      const opened = await open();
      const { words, dialogs } = await storedPractice(opened.store, { words: 1, dialogs: 6 });
      const times = Array.from({ length: 6 }, (_, caller) => day(0).getTime() + caller);
      await atOnce(opened, 6, (store, caller) =>
        review(store, dialogs[0]?.[caller], 'good', new Date(present(times[caller]))),
      );
      const later = await review(opened.store, dialogs[0]?.[5], 'good', day(0));
      expect(later.learning).toMatchObject({ reviews: 1, version: 6 });
      const wordId = present(words[0]).id;
      const [word] = await opened.store.words([{ profileId: 'a', wordId }]);
      // Any of them may have come first.
      const counted = present(word?.memory).lastReviewedAt;
      expect(times).toContain(counted.getTime());
      expect(word?.memory).toMatchObject({ ...reviewed(null, 'good', counted) });
    });

    test('before the last one of the word, or on its day, is kept and does not count', async () => {
      const { store } = await open();
      const { dialogs } = await storedPractice(store, { words: 1, dialogs: 3 });
      const first = await review(store, dialogs[0]?.[0], 'good', day(5));
      const sameDay = await review(store, dialogs[0]?.[1], 'again', new Date(day(5).getTime() + 1000));
      const before = await review(store, dialogs[0]?.[2], 'again', day(2));
      for (const { dialog, words, learning } of [sameDay, before]) {
        expect(dialog.review.results[0]).toMatchObject({ grade: 'again', mayCount: false });
        expect(words).toEqual(first.words);
        expect(learning).toMatchObject({ reviews: 1, losses: { predictions: 0 } });
      }
    });

    test('grades up to 20 words of the profile, in the order given', async () => {
      const { store } = await open();
      const { words, dialogs } = await storedPractice(store, { words: 20, dialogs: 1 });
      const ids = idsOf(words).reverse();
      const results = ids.map((wordId) => ({ wordId, grade: 'hard' as const }));
      const key = { profileId: 'a', dialogId: present(dialogs[0]?.[0]).id };
      const stored = await store.storeReview(key, ids, reviewRules({ results, rating: null }, day(0)));
      expect(idsOf(stored.words)).toEqual(ids);
      expect(stored.learning.reviews).toBe(20);
      for (const { memory } of stored.words) expect(memory).toMatchObject({ reviews: 1 });
    });

    test('of something that does not exist is refused, and changes nothing', async () => {
      const { store } = await open();
      const { words, dialogs } = await storedPractice(store, { words: 1, dialogs: 1 });
      const wordId = present(words[0]).id;
      const dialogId = present(dialogs[0]?.[0]).id;
      for (const id of [...HOSTILE_IDS, 'none']) {
        const rules = sampleRules(wordId);
        const ofProfile = store.storeReview({ profileId: id, dialogId }, [wordId], rules);
        await expect(ofProfile).rejects.toThrow(ProfileNotFound);
        const ofDialog = store.storeReview({ profileId: 'a', dialogId: id }, [wordId], rules);
        await expect(ofDialog).rejects.toThrow(DialogNotFound);
        const ofWord = store.storeReview({ profileId: 'a', dialogId }, [id], sampleRules(id));
        await expect(ofWord).rejects.toThrow(WordNotFound);
      }
      expect(await store.learnings(['a'])).toEqual([null]);
      expect((await store.dialogPage('a', true, ALL)).nodes).toEqual([dialogs[0]?.[0]]);
      expect((await store.wordPage('a', null, ALL)).nodes).toEqual(words);
    });

    test('keeps its results if a word is removed; the word starts from the beginning if it is added again', async () => {
      const { store } = await open();
      const { words, dialogs } = await storedPractice(store, { words: 2, dialogs: 2 });
      const [word] = words;
      const first = await review(store, dialogs[0]?.[0], 'good', day(0));
      await store.removeWords('a', [present(word).id]);
      const again = await review(store, dialogs[0]?.[0], 'good', day(0));
      expect(again).toEqual({ ...first, words: [], isNew: false });
      await store.addWords('a', [present(word)]);
      expect(await store.words([{ profileId: 'a', wordId: present(word).id }])).toEqual([word]);
    });

    test('follows the progress of the profile', async () => {
      const { store } = await open();
      const { words, dialogs } = await storedPractice(
        store,
        { words: 1, dialogs: 4 },
        { wordProgress: 'automatic' },
      );
      const wordId = present(words[0]).id;
      const stateAfter = async (number: number, grade: 'good' | 'easy' | 'again', at: number) =>
        (await review(store, dialogs[0]?.[number], grade, day(at))).words[0]?.state;
      expect(await stateAfter(0, 'good', 0)).toBe('teaching');
      expect(await stateAfter(1, 'easy', 3)).toBe('learned');
      expect(await stateAfter(2, 'again', 30)).toBe('teaching');
      expect(await store.wordCounts(['a'])).toEqual([{ pending: 0, teaching: 1, learned: 0 }]);
      await store.updateProfile('a', { wordProgress: 'manual' });
      await store.setWordState('a', [wordId], 'pending');
      expect(await stateAfter(3, 'good', 40)).toBe('pending');
    });
  });
}
