import { withoutFormulaGuard } from '../formula-guard.ts';
import { readMemory } from '../memory-columns.ts';
import type { Columns } from './columns.ts';
import { parseDate } from './date.ts';
import { checkedEntry, type EntryCells, type ReadEntry } from './imported-word.ts';
import { plainText } from './plain-text.ts';
import type { Row } from './rows.ts';
import { parseState } from './states.ts';

/** How a row is read. */
export interface RowReading {
  /** Whether the cells are HTML. */
  readonly isHtml: boolean;
  readonly now: Date;
}

/** Turns a row of a table into a word. The number of the entry is the line on which the row begins. */
export function readRow(
  { line, cells, fault }: Row,
  columns: Columns,
  { isHtml, now }: RowReading,
): ReadEntry {
  const rejected = (reason: string): ReadEntry => ({ entry: line, reason });
  if (fault !== null) return rejected(fault);
  const cell = (place: number | undefined): string => {
    const content = withoutFormulaGuard((place === undefined ? undefined : cells[place]) ?? '');
    return isHtml ? plainText(content) : content;
  };
  const state = parseState(cell(columns.state), columns.stateName);
  if (state === null) return rejected('The state is not known. Write PENDING, TEACHING or LEARNED.');
  if (state === 'ignored') return rejected('The word is ignored in the program that it comes from.');
  const createdAt = parseDate(cell(columns.createdAt));
  if (createdAt === undefined) {
    return rejected('The date is not a time such as 2026-01-31T12:00:00.000Z.');
  }
  const memory = readMemory(columns.memory?.map(cell) ?? [], now);
  if (memory !== null && 'reason' in memory) return rejected(memory.reason);
  const entry: EntryCells = {
    text: cell(columns.text),
    translation: cell(columns.translation),
    state,
    memory,
    createdAt,
  };
  return checkedEntry(line, entry);
}
