import type { Memory } from '../../model/memory.ts';
import type { Card } from '../../ports/decks.ts';
import type { MemoryOfHistory } from '../../ports/memory-of-history.ts';

/** The most answers of a note that count: as many as ten cards have. It takes about 50 ms to compute a memory of them. */
const MAX_ANSWERS = 2_000;

/**
 * The memory of the word of a note: what the last 2,000 answers to all its cards have taught, in the order of their times.
 * Answers to suspended and to new cards do not count, and neither do those of the future.
 */
export function memoryOfCards(
  cards: readonly Card[],
  memoryOfHistory: MemoryOfHistory,
  now: Date,
): Memory | null {
  const answers = cards.flatMap(({ isNew, isSuspended, reviews }) => (isNew || isSuspended ? [] : reviews));
  const past = answers.filter(({ at }) => at > 0 && at <= now.getTime());
  const last = past.toSorted((one, other) => one.at - other.at).slice(-MAX_ANSWERS);
  return memoryOfHistory(last.map(({ at, grade }) => ({ at: new Date(at), grade })));
}
