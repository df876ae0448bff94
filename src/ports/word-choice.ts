import type { Learning } from '../model/learning.ts';
import type { Word } from '../model/word.ts';

/**
 * Chooses the word of a few that gains most from a practice at the given time. The first one if several gain the same.
 * @param words at least one
 * @param learning what is known of the learner; null if nothing is
 */
export type ChooseWord = (words: readonly [Word, ...Word[]], learning: Learning | null, at: Date) => Word;
