import type { Memory } from '../../model/memory.ts';
import type { Word } from '../../model/word.ts';
import { MEMORY_COLUMNS } from '../memory-columns.ts';

/** A word as it is exported. */
export interface ExportedWord {
  readonly word: Word;
  /** What reviews have taught about the memory of the word; null if there is nothing that an import would read. */
  readonly memory: Memory | null;
  /** What the word's newest dialog says with it; null if the word has no dialog. */
  readonly sentence: string | null;
  /** The URL of the sentence's recording; null if it has none. */
  readonly audioUrl: string | null;
}

/** A column of an export. */
interface ExportColumn {
  readonly name: string;
  /** The content of the column for a word. Null is an empty cell. */
  readonly value: (word: ExportedWord) => string | number | null;
}

/** The columns of every export, in their order. An import passes over the sentence and its recording. */
export const EXPORT_COLUMNS: readonly ExportColumn[] = [
  { name: 'text', value: ({ word }) => word.text },
  { name: 'translation', value: ({ word }) => word.translation },
  { name: 'state', value: ({ word }) => word.state.toUpperCase() },
  { name: 'created_at', value: ({ word }) => word.createdAt.toISOString() },
  { name: 'sentence', value: ({ sentence }) => sentence },
  { name: 'audio_url', value: ({ audioUrl }) => audioUrl },
  ...MEMORY_COLUMNS.map(({ name, value }) => ({
    name,
    value: ({ memory }: ExportedWord) => memory && value(memory),
  })),
];
