import type { Draft, DraftTurn } from '../model/draft/draft.ts';
import type { SelfCheck } from '../model/self-check.ts';
import type { Word } from '../model/word.ts';

/**
 * Checks a dialog locally: whether it uses its word, and how many of its other words the learner knows.
 * @param language BCP 47 tag of the turns' text
 * @param knownTexts the texts of words that the learner knows
 */
export type CheckDialog = (
  draft: Pick<Draft, 'forms'> & { readonly turns: readonly Pick<DraftTurn, 'text'>[] },
  word: Pick<Word, 'text'>,
  language: string,
  knownTexts: readonly string[],
) => SelfCheck;
