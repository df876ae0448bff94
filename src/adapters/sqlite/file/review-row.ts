import type { DialogReview, WordResult } from '../../../model/dialog-review.ts';
import type { Memory } from '../../../model/memory.ts';
import { GRADES } from '../../../model/review.ts';
import type { RecentReview, WordMemory } from '../../../model/word-memory.ts';
import { integer, integerOrNull, list, number, oneOf, text } from './values.ts';

/* What reviews teach, as JSON lists in columns. Times are milliseconds since 1970. */

export function memoryOf(row: readonly unknown[]): WordMemory {
  const [present, base, recent] = row;
  return {
    ...memoryNumbersOf(list(present)),
    base: base === null ? null : memoryNumbersOf(list(base)),
    recent: list(recent).map((review) => recentOf(list(review))),
  };
}

export function memoryColumn(memory: WordMemory): string {
  const { base, recent } = memory;
  return JSON.stringify([
    memoryNumbers(memory),
    base && memoryNumbers(base),
    recent.map(({ dialogId, at, grade }) => [dialogId, at.getTime(), grade]),
  ]);
}

function memoryNumbersOf(row: readonly unknown[]): Memory {
  return {
    stability: number(row[0]),
    difficulty: number(row[1]),
    due: new Date(integer(row[2])),
    reviews: integer(row[3]),
    lapses: integer(row[4]),
    lastReviewedAt: new Date(integer(row[5])),
  };
}

function memoryNumbers({ stability, difficulty, due, reviews, lapses, lastReviewedAt }: Memory): number[] {
  return [stability, difficulty, due.getTime(), reviews, lapses, lastReviewedAt.getTime()];
}

function recentOf(row: readonly unknown[]): RecentReview {
  return { dialogId: text(row[0]), at: new Date(integer(row[1])), grade: oneOf(GRADES, row[2]) };
}

export function reviewOf(row: readonly unknown[]): DialogReview {
  return {
    reviewedAt: new Date(integer(row[0])),
    rating: integerOrNull(row[1]),
    learningVersion: integer(row[2]),
    results: list(row[3]).map((result) => resultOf(list(result))),
  };
}

export function reviewColumn({ reviewedAt, rating, learningVersion, results }: DialogReview): string {
  return JSON.stringify([
    reviewedAt.getTime(),
    rating,
    learningVersion,
    results.map((one) => [one.wordId, one.grade, one.predicted, one.retrievability, Number(one.mayCount)]),
  ]);
}

function resultOf(row: readonly unknown[]): WordResult {
  return {
    wordId: text(row[0]),
    grade: oneOf(GRADES, row[1]),
    predicted: row[2] === null ? null : number(row[2]),
    retrievability: row[3] === null ? null : number(row[3]),
    mayCount: integer(row[4]) === 1,
  };
}
