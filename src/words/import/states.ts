import type { WordState } from '../../model/word.ts';

/** What the state of an imported word means here. An *ignored* word is one that the learner does not want to learn. */
type ImportedState = WordState | 'ignored';

const SPELLINGS: ReadonlyMap<string, ImportedState> = new Map([
  ...spelled('pending', ['', 'pending', 'new', 'unknown', 'unseen', 'waiting', 'not started']),
  ...spelled('teaching', ['teaching', 'learning', 'relearning', 'young', 'review', 'in progress', 'started']),
  ...spelled('learned', ['learned', 'learnt', 'known', 'well known', 'mastered', 'mature', 'done']),
  ...spelled('ignored', ['ignored', 'ignore', 'suspended']),
]);

/** The longest spelling that is looked at, in characters. */
const MAX_LENGTH = 30;

/** The numbers and letters of Lute. */
const LUTE: ReadonlyMap<string, ImportedState> = new Map([
  ...spelled('pending', ['0']),
  ...spelled('teaching', ['1', '2', '3', '4']),
  ...spelled('learned', ['5', '99', 'w', 'wkn']),
  ...spelled('ignored', ['98', 'i', 'ign']),
]);

/** The stages of LinguaCafe. Those below 0 are steps of learning. */
const LINGUACAFE: ReadonlyMap<string, ImportedState> = new Map([
  ...spelled('pending', ['2']),
  ...spelled('teaching', ['-7', '-6', '-5', '-4', '-3', '-2', '-1']),
  ...spelled('learned', ['0']),
  ...spelled('ignored', ['1']),
]);

/**
 * Reads the state of a word in any case and several spellings, in the numbers of Lute or, in a column called `stage`, in
 * those of LinguaCafe. An empty cell means pending. Null if the spelling is not known.
 *
 * A column called `level` often holds how difficult a word is, such as `3` or `A1`. There, numbers are no states, and what
 * is no state means pending.
 */
export function parseState(cell: string, columnName: string): ImportedState | null {
  const numbers = columnName === 'stage' ? LINGUACAFE : LUTE;
  const spelling = spellingOf(cell);
  if (columnName === 'level') return SPELLINGS.get(spelling) ?? 'pending';
  return SPELLINGS.get(spelling) ?? numbers.get(spelling) ?? null;
}

function spellingOf(cell: string): string {
  const start = cell.trim().slice(0, MAX_LENGTH + 1);
  return start.toLowerCase().replace(/[\s_-]+(?=\p{L})/gu, ' ');
}

function spelled(state: ImportedState, spellings: readonly string[]): [string, ImportedState][] {
  return spellings.map((spelling) => [spelling, state]);
}
