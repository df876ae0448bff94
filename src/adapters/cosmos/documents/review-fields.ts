import { z } from 'zod';
import { type DialogReview, MAX_RESULTS, RATINGS } from '../../../model/dialog-review.ts';
import { GRADES } from '../../../model/review.ts';
import { dateField } from './date.ts';

const probability = z.number().min(0).max(1).nullable().catch(null);

const review = z.object({
  reviewed_at: dateField,
  rating: z.int().min(RATINGS.min).max(RATINGS.max).nullable().catch(null),
  learning_version: z.int().min(0),
  results: z
    .array(
      z.object({
        word_id: z.string(),
        grade: z.enum(GRADES),
        predicted: probability,
        retrievability: probability,
        may_count: z.boolean(),
      }),
    )
    .max(MAX_RESULTS),
});

/** Parses the review of a dialog; null if it has none that can be read. */
export function parseReview(field: unknown): DialogReview | null {
  const { data } = review.safeParse(field);
  if (data === undefined) return null;
  return {
    reviewedAt: data.reviewed_at,
    rating: data.rating,
    learningVersion: data.learning_version,
    results: data.results.map(({ word_id, grade, predicted, retrievability, may_count }) => ({
      wordId: word_id,
      grade,
      predicted,
      retrievability,
      mayCount: may_count,
    })),
  };
}

/** A review as fields of a document. */
export function reviewFields({
  reviewedAt,
  rating,
  learningVersion,
  results,
}: DialogReview): Record<string, unknown> {
  return {
    reviewed_at: reviewedAt.toISOString(),
    rating,
    learning_version: learningVersion,
    results: results.map(({ wordId, grade, predicted, retrievability, mayCount }) => ({
      word_id: wordId,
      grade,
      predicted,
      retrievability,
      may_count: mayCount,
    })),
  };
}
