import { DIFFICULTY, LAPSES, type Memory, REVIEWS, STABILITY } from '../model/memory.ts';
import { parseDate } from './import/date.ts';

/** The least and the largest number that a cell may have. */
interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** A column of a table that holds a part of a word's memory. */
interface MemoryColumn {
  readonly name: string;
  readonly value: (memory: Memory) => string | number;
}

/** The columns of a memory, in their order. A table has all of them or no memories. */
export const MEMORY_COLUMNS: readonly MemoryColumn[] = [
  { name: 'stability', value: ({ stability }) => stability },
  { name: 'difficulty', value: ({ difficulty }) => difficulty },
  { name: 'due', value: ({ due }) => due.toISOString() },
  { name: 'reviews', value: ({ reviews }) => reviews },
  { name: 'lapses', value: ({ lapses }) => lapses },
  { name: 'last_reviewed_at', value: ({ lastReviewedAt }) => lastReviewedAt.toISOString() },
];

const TIME = 'a time such as 2026-01-31T12:00:00.000Z';

const DECIMAL = /^\d{1,9}(?:\.\d{1,30})?$/;
const WHOLE = /^\d{1,9}$/;

/** How far the last review may lie in the future, in milliseconds: the clocks of two machines differ. */
const MAX_AHEAD_MS = 24 * 60 * 60 * 1000;

/**
 * Reads a memory from the cells of its columns. A last review in the future is refused: no review would count until then.
 * @param row the cells in the order of `MEMORY_COLUMNS`
 * @returns null if all cells are empty; otherwise the memory, or why the cells hold none, as a sentence
 */
export function readMemory(row: readonly string[], now: Date): Memory | null | { readonly reason: string } {
  const trimmed = row.map((cell) => cell.trim());
  if (trimmed.every((cell) => cell === '')) return null;
  const [stability = '', difficulty = '', due = '', reviews = '', lapses = '', lastReviewedAt = ''] = trimmed;
  return memoryOf({ stability, difficulty, due, reviews, lapses, lastReviewedAt }, now);
}

function memoryOf(
  cells: Readonly<Record<keyof Memory, string>>,
  now: Date,
): Memory | { readonly reason: string } {
  const stability = numberIn(cells.stability, DECIMAL, STABILITY);
  const difficulty = numberIn(cells.difficulty, DECIMAL, DIFFICULTY);
  const reviews = numberIn(cells.reviews, WHOLE, REVIEWS);
  const lapses = numberIn(cells.lapses, WHOLE, LAPSES);
  if (stability === null) return wrong(`stability must be a number ${range(STABILITY)}`);
  if (difficulty === null) return wrong(`difficulty must be a number ${range(DIFFICULTY)}`);
  if (reviews === null) return wrong(`reviews must be a whole number ${range(REVIEWS)}`);
  if (lapses === null || lapses > reviews)
    return wrong('lapses must be a whole number up to that of reviews');
  const [due, lastReviewedAt] = [parseDate(cells.due), parseDate(cells.lastReviewedAt)];
  if (!lastReviewedAt) return wrong(`last_reviewed_at must be ${TIME}`);
  if (lastReviewedAt.getTime() > now.getTime() + MAX_AHEAD_MS)
    return wrong('last_reviewed_at must not be in the future');
  if (!due || due < lastReviewedAt) return wrong(`due must be ${TIME}, and not before last_reviewed_at`);
  return { stability, difficulty, due, reviews, lapses, lastReviewedAt };
}

/** The memory as an import reads it again; null if an import would refuse it, since another program has written it. */
export function exportedMemory(memory: Memory | null, now: Date): Memory | null {
  if (memory === null) return null;
  const row = MEMORY_COLUMNS.map(({ value }) => String(value(memory)));
  const read = readMemory(row, now);
  return read === null || 'reason' in read ? null : read;
}

function numberIn(cell: string, form: RegExp, { min, max }: Bounds): number | null {
  const value = form.test(cell) ? Number(cell) : Number.NaN;
  return value >= min && value <= max ? value : null;
}

function range({ min, max }: Bounds): string {
  return `from ${min} to ${max}`;
}

function wrong(what: string): { readonly reason: string } {
  return {
    reason: `The memory is incomplete or wrong: ${what}. Correct it, or empty the cells of all its columns.`,
  };
}
