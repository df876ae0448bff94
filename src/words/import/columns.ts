import { MEMORY_COLUMNS } from '../memory-columns.ts';

/** What a column of an imported table holds. */
export type ColumnKind = 'text' | 'translation' | 'state' | 'createdAt';

/** The place of each column in a row, from 0. Columns that the table does not have are left out. */
export type Columns = { readonly [Kind in ColumnKind]?: number } & {
  readonly text: number;
  /** The places of `MEMORY_COLUMNS`; null if the table lacks one of them, so that the others mean something else. */
  readonly memory: readonly number[] | null;
  /** The name of the column with the states, because the same number means different states in different programs. */
  readonly stateName: string;
};

/** The names of each column in lower case. If a table has several of them, the first name in this list is taken. */
const NAMES: Readonly<Record<ColumnKind, readonly string[]>> = {
  text: ['text', 'word', 'term', 'front', 'expression', 'vocabulary', 'phrase', 'lemma'],
  translation: ['translation', 'translations', 'meaning', 'definition', 'back', 'gloss'],
  state: ['state', 'status', 'stage', 'level'],
  createdAt: ['created at'],
};

/** A name as it is compared: `Created_At` is `created at`. */
function folded(name: string): string {
  return name
    .toLowerCase()
    .replace(/[\s_-]+/gu, ' ')
    .trim();
}

/** The columns with the given names; null if none of them is the text. */
export function namedColumns(names: readonly string[]): Columns | null {
  const given = names.map(folded);
  const place = (kind: ColumnKind): number | undefined => {
    const name = NAMES[kind].find((known) => given.includes(known));
    return name === undefined ? undefined : given.indexOf(name);
  };
  const [text, translation, state, createdAt] = [
    place('text'),
    place('translation'),
    place('state'),
    place('createdAt'),
  ];
  if (text === undefined) return null;
  const memory = MEMORY_COLUMNS.map(({ name }) => given.indexOf(folded(name)));
  return {
    text,
    memory: memory.includes(-1) ? null : memory,
    ...(translation !== undefined && { translation }),
    ...(state !== undefined && { state }),
    ...(createdAt !== undefined && { createdAt }),
    stateName: state === undefined ? '' : (given[state] ?? ''),
  };
}

/**
 * The columns that a first row names; null if it is a row with a word. It is a header if its first cell names the text, or
 * if one cell names the text and another the translation or the state.
 */
export function headerColumns(cells: readonly string[]): Columns | null {
  const columns = namedColumns(cells);
  if (columns === null) return null;
  const { text, translation, state } = columns;
  return text === 0 || translation !== undefined || state !== undefined ? columns : null;
}

/**
 * The columns of a table without names: the text, then the translation.
 * @param passedOver places that hold something else
 */
export function unnamedColumns(passedOver: ReadonlySet<number>): Columns {
  const places: number[] = [];
  for (let place = 0; places.length < 2; place += 1) if (!passedOver.has(place)) places.push(place);
  const [text = 0, translation = 1] = places;
  return { text, translation, memory: null, stateName: '' };
}
