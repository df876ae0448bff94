import type { Memory } from '../../model/memory.ts';
import type { Card } from '../../ports/decks.ts';
import type { MemoryOfHistory } from '../../ports/memory-of-history.ts';

/**
 * The memory of the word of a note: what the answers to all its cards have taught, in the order of their times. Answers to
 * suspended cards, and to cards that were made new again, do not count, and neither do those of the future.
 */
export function memoryOfCards(
  cards: readonly Card[],
  memoryOfHistory: MemoryOfHistory,
  now: Date,
): Memory | null {
  const answers = cards.flatMap(({ isNew, isSuspended, reviews }) => (isNew || isSuspended ? [] : reviews));
  const past = answers.filter(({ at }) => at > 0 && at <= now.getTime());
  return memoryOfHistory(
    past.toSorted((one, other) => one.at - other.at).map(({ at, grade }) => ({ at: new Date(at), grade })),
  );
}
