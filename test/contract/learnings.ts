import { describe, expect, test } from 'vitest';
import { ProfileNotFound } from '../../src/model/errors.ts';
import { atOnce, type OpenStore } from './opened-store.ts';
import { day, review, storedPractice } from './review-samples.ts';
import { idsOf, present, sampleProfile } from './samples.ts';

export function learningContract(open: OpenStore): void {
  describe('the versions of what was learned', () => {
    test('stay as they were', async () => {
      const { store, another } = await open();
      const { dialogs } = await storedPractice(store, { words: 1, dialogs: 3 });
      const learned = [];
      for (const [index, dialog] of (dialogs[0] ?? []).entries())
        learned.push((await review(store, dialog, 'good', day(index * 4))).learning);
      const keys = [0, 1, 2, 3, 4].map((version) => ({ profileId: 'a', version }));
      const expected = learned.map(
        ({ version, at, cause, reviews, correction, losses, styles, rewards }) => ({
          version,
          at,
          cause,
          reviews,
          correction,
          losses,
          styles,
          rewards,
        }),
      );
      expect(expected.map(({ styles }) => Object.keys(styles?.dialogs ?? {}).length)).toEqual([1, 2, 2]);
      const other = await another();
      expect(await other.learningVersions(keys)).toEqual([null, ...expected, null]);
      expect(await other.learningVersions([{ profileId: 'b', version: 1 }])).toEqual([null]);
      expect(await other.learningVersions([])).toEqual([]);
    });

    test('are deleted if they come before a given one, and the present one never', async () => {
      const { store, another } = await open();
      const { dialogs } = await storedPractice(store, { words: 1, dialogs: 4 });
      await store.deleteLearningVersions('a', 9);
      for (const [index, dialog] of (dialogs[0] ?? []).entries())
        await review(store, dialog, 'good', day(index * 4));
      const [learning] = await store.learnings(['a']);
      const other = await another();
      const versions = async () => {
        const keys = [1, 2, 3, 4].map((version) => ({ profileId: 'a', version }));
        return (await other.learningVersions(keys)).flatMap((one) => one?.version ?? []);
      };
      for (const [before, left] of [
        [0, [1, 2, 3, 4]],
        [3, [3, 4]],
        [3, [3, 4]],
        [9, [4]],
      ] as const) {
        await store.deleteLearningVersions('b', before);
        await store.deleteLearningVersions('a', before);
        expect(await versions()).toEqual(left);
      }
      expect(await other.learnings(['a'])).toEqual([learning]);
    });

    test('are deleted with the profile, as its reviews are', async () => {
      const { store } = await open();
      const { dialogs } = await storedPractice(store, { words: 1, dialogs: 1 });
      await review(store, dialogs[0]?.[0], 'good', day(0));
      await store.deleteProfile('a');
      expect(await store.learnings(['a'])).toEqual([null]);
      expect(await store.learningVersions([{ profileId: 'a', version: 1 }])).toEqual([null]);
      expect(await store.latestReviews('a', 9)).toEqual([]);
      const { dialogs: again } = await storedPractice(store, { words: 1, dialogs: 1 });
      expect((await review(store, again[0]?.[0], 'good', day(1))).learning).toMatchObject({
        version: 1,
        reviews: 1,
      });
    });
  });

  describe('editing', () => {
    test('what was learned is done by one caller at a time, each from the version before', async () => {
      const opened = await open();
      const { dialogs } = await storedPractice(opened.store, { words: 1, dialogs: 1 });
      const { learning } = await review(opened.store, dialogs[0]?.[0], 'good', day(0));
      const edits = await atOnce(opened, 6, (store) =>
        store.editLearning(
          'a',
          (current) =>
            current && {
              ...current,
              version: current.version + 1,
              reviews: current.reviews + 10,
              cause: 'rollback',
            },
        ),
      );
      expect(edits.map((edit) => edit?.version).sort()).toEqual([2, 3, 4, 5, 6, 7]);
      expect((await opened.store.learnings(['a']))[0]).toEqual({
        ...learning,
        version: 7,
        reviews: 61,
        cause: 'rollback',
      });
      const keys = [1, 2, 3, 4, 5, 6, 7].map((version) => ({ profileId: 'a', version }));
      const kept = (await opened.store.learningVersions(keys)).map((version) => version?.reviews);
      expect(kept).toEqual([1, 11, 21, 31, 41, 51, 61]);
    });

    test('what was learned can leave it as it is, and needs the profile', async () => {
      const { store } = await open();
      await store.createProfile(sampleProfile('a'));
      expect(await store.editLearning('a', () => null)).toBeNull();
      expect(await store.learnings(['a'])).toEqual([null]);
      await expect(store.editLearning('b', () => null)).rejects.toThrow(ProfileNotFound);
    });

    test('words changes their memory and state alone, and only those that exist', async () => {
      const { store } = await open();
      const { words, dialogs } = await storedPractice(store, { words: 3, dialogs: 1 });
      const { words: reviewedWords } = await review(store, dialogs[0]?.[0], 'good', day(0));
      const memory = present(reviewedWords[0]?.memory);
      const [first, second, third] = words;
      const ids = [present(second).id, 'none', present(third).id];
      await store.editWords('a', ids, (word) =>
        word.id === present(third).id ? null : { ...word, memory, state: 'learned' },
      );
      const keys = idsOf(words).map((wordId) => ({ profileId: 'a', wordId }));
      const expected = [{ ...first, memory }, { ...second, memory, state: 'learned' }, third];
      expect(await store.words(keys)).toEqual(expected);
    });
  });

  test('the latest reviews are those that were stored last, newest first', async () => {
    const { store } = await open();
    const { dialogs } = await storedPractice(store, { words: 1, dialogs: 4 });
    expect(await store.latestReviews('a', 9)).toEqual([]);
    const stored = [];
    for (const number of [2, 0, 1]) {
      stored.unshift((await review(store, dialogs[0]?.[number], 'good', day(9 - number))).dialog);
    }
    const latest = await store.latestReviews('a', 9);
    // A store may know the time of a write to the second only.
    expect(new Set(idsOf(latest))).toEqual(new Set(idsOf(stored)));
    for (const dialog of latest) expect(stored).toContainEqual(dialog);
    expect(await store.latestReviews('a', 2)).toHaveLength(2);
    expect(await store.latestReviews('b', 2)).toEqual([]);
  });
}
