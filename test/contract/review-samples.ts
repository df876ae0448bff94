import { expect } from 'vitest';
import { reviewRules } from '../../src/learning/review-rules.ts';
import type { Dialog } from '../../src/model/dialog.ts';
import type { Memory } from '../../src/model/memory.ts';
import type { Profile } from '../../src/model/profile.ts';
import type { Grade } from '../../src/model/review.ts';
import type { Word } from '../../src/model/word.ts';
import type { WordMemory } from '../../src/model/word-memory.ts';
import type { ReviewRules, StoredReview } from '../../src/ports/reviews.ts';
import type { Store } from '../../src/ports/store.ts';
import { present, sampleDialog, sampleProfile, sampleWords, second } from './samples.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** The date that is the given number of days after the date of the first sample, at noon. */
export function day(days: number): Date {
  return new Date(second(0).getTime() + (days + 0.5) * DAY_MS);
}

/** The rules for a practice in which one word is graded. */
export function sampleRules(wordId = 'word', grade: Grade = 'good', at = day(0)): ReviewRules {
  return reviewRules({ results: [{ wordId, grade }], rating: 4 }, at);
}

/** Stores a profile with words, each of which has used dialogs with the numbers from 0 on. */
export async function storedPractice(
  store: Store,
  { words: count, dialogs: perWord }: { readonly words: number; readonly dialogs: number },
  change: Partial<Profile> = {},
): Promise<{ words: Word[]; dialogs: Dialog[][] }> {
  await store.createProfile(sampleProfile('a', change));
  const { added: words } = await store.addWords('a', sampleWords('a', count, { state: 'pending' }));
  const dialogs: Dialog[][] = [];
  for (const word of words) {
    const ofWord: Dialog[] = [];
    for (let number = 0; number < perWord; number += 1) {
      const style = `scene:s${number % 2} register:neutral`;
      const selfCheck = { knownShare: 0.1 * number, targetUsed: number > 0, language: 'es' };
      const dialog = sampleDialog(word, number, { style, selfCheck });
      expect(await store.createDialog(dialog)).toBe(true);
      ofWord.push(await store.markDialogUsed('a', dialog.id, second(1)));
    }
    dialogs.push(ofWord);
  }
  return { words, dialogs };
}

/** Reviews a dialog with its own word. */
export function review(
  store: Store,
  dialog: Dialog | undefined,
  grade: Grade,
  at: Date,
  rating: number | null = null,
): Promise<StoredReview> {
  const { profileId, id, wordId } = present(dialog);
  const rules = reviewRules({ results: [{ wordId, grade }], rating }, at);
  return store.storeReview({ profileId, dialogId: id }, [wordId], rules);
}

/** A memory of a word that was reviewed once, so many days ago. */
export function importedMemory(stability: number, now: Date, daysAgo: number): WordMemory {
  const lastReviewedAt = new Date(now.getTime() - daysAgo * DAY_MS);
  const due = new Date(lastReviewedAt.getTime() + Math.round(stability) * DAY_MS);
  const memory: Memory = { stability, difficulty: 5, due, reviews: 1, lapses: 0, lastReviewedAt };
  return { ...memory, base: memory, recent: [] };
}
