import type { Memory } from '../model/memory.ts';
import type { RecentReview, WordMemory } from '../model/word-memory.ts';
import { reviewed } from './fsrs.ts';

/** How many of the last reviews a memory keeps. A review can be included late if fewer than this number were later. */
const KEPT_REVIEWS = 8;

/**
 * The memory of a word with one more review. Reviews take effect in the order of their times, whatever the order in
 * which they are included: several processes that include reviews of a word at the same time get the same memory.
 * @param memory null before the word's first review
 * @returns null if the memory includes the review already, or if the review is older than all that it keeps
 */
export function includedInMemory(memory: WordMemory | null, review: RecentReview): WordMemory | null {
  const known = memory?.recent ?? [];
  if (known.some(({ dialogId }) => dialogId === review.dialogId)) return null;
  const recent = [...known, review].sort(byTime);
  if (known.length >= KEPT_REVIEWS && recent[0] === review) return null;
  let base = memory === null ? null : memory.base;
  for (const oldest of recent.splice(0, recent.length - KEPT_REVIEWS)) base = after(base, oldest);
  return { ...(fold(base, recent) ?? after(base, review)), base, recent };
}

/**
 * The memory as it follows from reviews that were read from their dialogs.
 * @param stored finds the review of the word with a dialog; null if there is none. Then the remembered one is taken
 */
export function replayedMemory(
  memory: WordMemory,
  stored: (dialogId: string) => RecentReview | null,
): WordMemory {
  const recent = memory.recent.map((review) => stored(review.dialogId) ?? review).sort(byTime);
  const replayed = fold(memory.base, recent);
  return replayed === null ? memory : { ...replayed, base: memory.base, recent };
}

function fold(base: Memory | null, reviews: readonly RecentReview[]): Memory | null {
  return reviews.reduce<Memory | null>(after, base);
}

function after(memory: Memory | null, { grade, at }: RecentReview): Memory {
  return reviewed(memory, grade, at);
}

function byTime(one: RecentReview, other: RecentReview): number {
  return one.at.getTime() - other.at.getTime() || (one.dialogId < other.dialogId ? -1 : 1);
}
