import type { Prices } from '../model/spend.ts';
import type { NewId, Random } from '../ports/clock.ts';
import type { ChooseWord } from '../ports/word-choice.ts';
import type { GenerationDeps } from './generate-dialogs.ts';

/** What topping up depends on. */
export interface TopUpDeps extends GenerationDeps {
  /** Null if none are configured. */
  readonly prices: Prices | null;
  readonly random: Random;
  readonly newId: NewId;
  /** Chooses words for profiles with the word order `need`. */
  readonly chooseWord: ChooseWord;
}
