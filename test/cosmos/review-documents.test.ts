import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { disposing } from '../contract/opened-store.ts';
import { day, review, storedPractice } from '../contract/review-samples.ts';
import { present, second } from '../contract/samples.ts';
import { type Emulator, startEmulator } from '../emulators/cosmos-emulator.ts';
import { OlderService } from './older-service.ts';
import { openedCosmosStore } from './opened-cosmos-store.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

async function open() {
  const opened = await disposing(() => openedCosmosStore(emulator))();
  const practice = await storedPractice(opened.store, { words: 1, dialogs: 2 });
  const raw = new OlderService(opened.database);
  return { ...opened, raw, word: present(practice.words[0]), dialogs: present(practice.dialogs[0]) };
}

describe('the documents of a review', () => {
  test('have the fields that the adapter describes', async () => {
    const { store, raw, word, dialogs } = await open();
    await review(store, dialogs[0], 'good', day(0), 4);
    await review(store, dialogs[1], 'hard', day(3));
    const wordId = word.id;
    expect(await raw.read('dialogs', 'a', `${wordId}.a1b2c3d4-0`)).toMatchObject({
      review: {
        reviewed_at: day(0).toISOString(),
        rating: 4,
        learning_version: 0,
        results: [{ word_id: wordId, grade: 'good', predicted: null, retrievability: null, may_count: true }],
      },
    });
    expect(await raw.read('words', 'a', wordId)).toMatchObject({
      memory: {
        stability: expect.any(Number),
        difficulty: expect.any(Number),
        due: expect.stringMatching(/^2026-01-/),
        reviews: 2,
        lapses: 0,
        last_reviewed_at: day(3).toISOString(),
        base: null,
        recent: [
          { dialog_id: `${wordId}.a1b2c3d4-0`, at: day(0).toISOString(), grade: 'good' },
          { dialog_id: `${wordId}.a1b2c3d4-1`, at: day(3).toISOString(), grade: 'hard' },
        ],
      },
    });
    expect(await raw.read('learnings', 'a', 'learning')).toMatchObject({
      profile_id: 'a',
      version: 2,
      cause: 'review',
      reviews: 2,
      losses: { predictions: 1, log_loss: expect.any(Number), default_log_loss: expect.any(Number) },
      known_from: 0,
    });
    expect(await raw.read('learnings', 'a', 'version:1')).toMatchObject({ version: 1, reviews: 1 });
  });

  test('keep the fields of other programs', async () => {
    const { store, raw, word, dialogs } = await open();
    await raw.change('dialogs', 'a', `${word.id}.a1b2c3d4-0`, { review: { mood: 'happy' }, topic: 'home' });
    await raw.change('words', 'a', word.id, { memory: { note: 'mine' }, tags: ['x'] });
    await review(store, dialogs[0], 'good', day(0));
    expect(await raw.read('dialogs', 'a', `${word.id}.a1b2c3d4-0`)).toMatchObject({
      topic: 'home',
      review: { mood: 'happy', learning_version: 0 },
    });
    expect(await raw.read('words', 'a', word.id)).toMatchObject({
      tags: ['x'],
      memory: { note: 'mine', reviews: 1 },
    });
  });

  test('with a memory that was learned elsewhere are gone on from', async () => {
    const { store, raw, word, dialogs } = await open();
    const elsewhere = {
      stability: 12.5,
      difficulty: 5,
      due: '2026-01-12T00:00:00Z',
      reviews: 4,
      lapses: 1,
      last_reviewed_at: second(0).toISOString(),
    };
    await raw.change('words', 'a', word.id, { memory: elsewhere });
    const { words, dialog } = await review(store, dialogs[0], 'good', day(9));
    expect(dialog.review.results[0]?.predicted).toBeGreaterThan(0.8);
    expect(words[0]?.memory).toMatchObject({ reviews: 5, lapses: 1, base: { stability: 12.5, reviews: 4 } });
    expect(words[0]?.memory?.stability).toBeGreaterThan(12.5);
  });

  test.each([
    ['a text', 'x'],
    ['a list', []],
    ['numbers that are none', { stability: 'much', difficulty: null }],
    [
      'a stability of 0',
      { stability: 0, difficulty: 5, due: second(0), reviews: 1, last_reviewed_at: second(0) },
    ],
    [
      'a stability of a thousand years',
      { stability: 365_250, difficulty: 5, due: second(0), reviews: 1, last_reviewed_at: second(0) },
    ],
    [
      'a difficulty of 11',
      { stability: 1, difficulty: 11, due: second(0), reviews: 1, last_reviewed_at: second(0) },
    ],
    [
      'more reviews than can be shown',
      { stability: 1, difficulty: 5, due: second(0), reviews: 2 ** 31, last_reviewed_at: second(0) },
    ],
    [
      'a date that is none',
      { stability: 1, difficulty: 5, due: 'soon', reviews: 1, last_reviewed_at: second(0) },
    ],
  ])('with %s instead of a memory count as never reviewed', async (_, memory) => {
    const { store, raw, word, dialogs } = await open();
    await raw.change('words', 'a', word.id, { memory });
    await raw.change('dialogs', 'a', `${word.id}.a1b2c3d4-0`, { review: memory });
    expect(await store.words([{ profileId: 'a', wordId: word.id }])).toEqual([word]);
    const { words, isNew } = await review(store, dialogs[0], 'good', day(0));
    expect(isNew).toBe(true);
    expect(words[0]?.memory).toMatchObject({ reviews: 1 });
  });

  test.each([
    ['an offset that is too large', { offset: 1e308 }],
    ['a slope of 0', { slope: 0 }],
    ['a variance of 0', { covariance: [0, 0, 1] }],
    ['a variance that is too large', { covariance: [1, 0, 1e308] }],
    ['a covariance that is none', { covariance: [0.1, 0.2, 0.1] }],
  ])('with %s count as nothing learned, and the next review is', async (_, change) => {
    const { store, raw, dialogs } = await open();
    await review(store, dialogs[0], 'good', day(0));
    const { correction } = present((await store.learnings(['a']))[0]);
    await raw.change('learnings', 'a', 'learning', { correction: { ...correction, ...change } });
    expect(await store.learnings(['a'])).toEqual([null]);
    await review(store, dialogs[1], 'again', day(9));
    const [learning] = await store.learnings(['a']);
    expect(learning?.reviews).toBeGreaterThan(0);
    expect(JSON.stringify(learning?.correction)).not.toContain('null');
  });

  test.each<[string, object, object?]>([
    ['a cause that this version does not know', { cause: 'import' }],
    ['a base of another form', { base: { since: 3 } }],
    ['styles of another form', { styles: { groups: [['calm']], decay: 0.9 } }, { styles: null }],
    ['rewards of another form', { rewards: [{ trial: 't', arms: [0.5, 0.7] }] }, { rewards: [] }],
    ['a correction with three numbers', { correction: { offset: 0.1, slope: 1.1, curvature: 0.2 } }],
  ])(
    'with %s are not overwritten: reviews are refused, and nothing of them is stored',
    async (_, change, read) => {
      const { store, raw, word, dialogs } = await open();
      await review(store, dialogs[0], 'good', day(0));
      await raw.change('learnings', 'a', 'learning', change);
      const documents = () =>
        Promise.all([
          raw.read('learnings', 'a', 'learning'),
          raw.read('words', 'a', word.id),
          raw.read('dialogs', 'a', `${word.id}.a1b2c3d4-1`),
        ]);
      const before = await documents();
      const refused = { code: 'STORE_UNAVAILABLE', retryable: false };
      await expect(review(store, dialogs[1], 'again', day(9))).rejects.toMatchObject(refused);
      await expect(review(store, dialogs[0], 'good', day(9))).rejects.toMatchObject(refused);
      await expect(store.editLearning('a', (learning) => learning)).rejects.toMatchObject(refused);
      expect(await documents()).toEqual(before);
      const [learning] = await store.learnings(['a']);
      if (read === undefined) expect(learning).toBeNull();
      else expect(learning).toMatchObject(read);
    },
  );
});
