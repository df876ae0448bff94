import { z } from 'zod';
import { DIFFICULTY, LAPSES, type Memory, REVIEWS, STABILITY } from '../../../model/memory.ts';
import { GRADES } from '../../../model/review.ts';
import type { WordMemory } from '../../../model/word-memory.ts';
import { dateField } from './date.ts';

/** How many reviews of a memory are read. A memory of this store keeps fewer. */
const MAX_RECENT = 50;

const numbers = z.object({
  stability: z.number().min(STABILITY.min).max(STABILITY.max),
  difficulty: z.number().min(DIFFICULTY.min).max(DIFFICULTY.max),
  due: dateField,
  reviews: z.int().min(REVIEWS.min).max(REVIEWS.max),
  lapses: z.int().min(LAPSES.min).max(LAPSES.max).catch(0),
  last_reviewed_at: dateField,
});
const recentReview = z.object({ dialog_id: z.string(), at: dateField, grade: z.enum(GRADES) });
const memory = numbers.extend({
  // Without them, the memory was not learned from dialogs of this store. It is what later reviews start with.
  base: numbers.nullable().optional().catch(undefined),
  recent: z.array(recentReview).max(MAX_RECENT).optional().catch(undefined),
});

/** Parses the memory of a word; null if it has none that can be read. */
export function parseMemory(field: unknown): WordMemory | null {
  const { data } = memory.safeParse(field);
  if (data === undefined) return null;
  const present = memoryOf(data);
  if (data.base === undefined || data.recent === undefined) return { ...present, base: present, recent: [] };
  return {
    ...present,
    base: data.base && memoryOf(data.base),
    recent: data.recent.map(({ dialog_id, at, grade }) => ({ dialogId: dialog_id, at, grade })),
  };
}

function memoryOf({ last_reviewed_at, ...rest }: z.infer<typeof numbers>): Memory {
  const { stability, difficulty, due, reviews, lapses } = rest;
  return { stability, difficulty, due, reviews, lapses, lastReviewedAt: last_reviewed_at };
}

/** A memory as fields of a document. */
export function memoryFields(memory: WordMemory): Record<string, unknown> {
  return {
    ...numberFields(memory),
    base: memory.base && numberFields(memory.base),
    recent: memory.recent.map(({ dialogId, at, grade }) => ({
      dialog_id: dialogId,
      at: at.toISOString(),
      grade,
    })),
  };
}

function numberFields({ stability, difficulty, due, reviews, lapses, lastReviewedAt }: Memory) {
  return {
    stability,
    difficulty,
    due: due.toISOString(),
    reviews,
    lapses,
    last_reviewed_at: lastReviewedAt.toISOString(),
  };
}
