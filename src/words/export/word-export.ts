import { nextTurn } from '../../concurrency/fair-turns.ts';
import type { Turn } from '../../model/dialog.ts';
import { usesWord } from '../../model/draft/word-use.ts';
import { type Word, wordKey } from '../../model/word.ts';
import type { Clock } from '../../ports/clock.ts';
import { existingProfile } from '../../ports/existing-profile.ts';
import type { Store } from '../../ports/store.ts';
import type { SummarizeStyles } from '../../ports/style-summary.ts';
import { exportedMemory } from '../memory-columns.ts';
import type { ExportedWord } from './export-columns.ts';
import type { ExportFormat } from './export-formats.ts';
import { exportedLearning } from './exported-learning.ts';
import { wordsInOrder } from './words-in-order.ts';

/** Exports words, with what reviews have taught. */
export interface WordExport {
  /**
   * Writes all words of a profile as text, oldest first, in pieces of about 100 words. Each piece is read from the store
   * when it is asked for. Words that are added or removed meanwhile may or may not be in it. What was learned about the
   * learner is in the first piece, if the format has it.
   * @param audioUrl the URL of a recording by its name
   * @throws {ProfileNotFound | StoreUnavailable} ProfileNotFound before the first piece
   */
  exportWords(
    profileId: string,
    format: ExportFormat,
    audioUrl: (name: string) => string,
  ): AsyncIterable<string>;
}

interface WordExportDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly summarizeStyles: SummarizeStyles;
}

export function createWordExport({ store, clock, summarizeStyles }: WordExportDeps): WordExport {
  return {
    async *exportWords(profileId, format, audioUrl) {
      const [[learning = null]] = await Promise.all([
        format.hasLearning ? store.learnings([profileId]) : [],
        existingProfile(store, profileId),
      ]);
      yield format.begin(learning && exportedLearning(learning, summarizeStyles));
      const owner = {};
      let between = '';
      for await (const words of wordsInOrder(store, profileId)) {
        const turn = nextTurn(owner);
        if (turn) await turn;
        const rows = (await withSentences(words, { store, clock, audioUrl })).map(format.row);
        yield between + rows.join(format.between);
        between = format.between;
      }
      if (format.end !== '') yield format.end;
    },
  };
}

/** Reads the sentences of words of one profile by one query. */
async function withSentences(
  words: readonly Word[],
  {
    store,
    clock,
    audioUrl,
  }: Pick<WordExportDeps, 'store' | 'clock'> & { readonly audioUrl: (name: string) => string },
): Promise<ExportedWord[]> {
  const [{ profileId } = { profileId: '' }] = words;
  const ids = words.map(({ id }) => id);
  const { histories } = await store.survey(profileId, ids);
  return words.map((word, index) => {
    const turn = turnWith(word, histories[index]?.recent[0]?.turns ?? []);
    const audio = turn?.audio ?? null;
    return {
      word,
      memory: exportedMemory(word.memory, clock.now()),
      sentence: turn?.text ?? null,
      audioUrl: audio === null ? null : audioUrl(audio),
    };
  });
}

/**
 * The first turn with the word as it is written, since one that uses it may have another word that differs in accents
 * alone (`schon`, `schön`). If there is none, the first turn that uses it; the first of all if none uses its basic form.
 */
function turnWith({ text }: Word, turns: readonly Turn[]): Turn | undefined {
  const using = turns.filter((turn) => usesWord([turn.text], text, []));
  return using.find((turn) => wordKey(turn.text).includes(wordKey(text))) ?? using[0] ?? turns[0];
}
