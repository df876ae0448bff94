import type { StyleBeliefs } from '../model/style-beliefs.ts';
import type { Random } from '../ports/clock.ts';
import type { CheckDialog } from '../ports/dialog-check.ts';
import type { ChooseStyle } from '../ports/style-choice.ts';
import type { ChooseWord } from '../ports/word-choice.ts';
import { PRIOR } from './correction.ts';
import { neediest } from './need.ts';
import { selfCheck } from './self-check.ts';
import { chooseStyle } from './styles.ts';

/** What a pool is told by what was learned: which word comes next, in which style, and how good its dialog looks. */
export interface Choices {
  readonly chooseWord: ChooseWord;
  readonly chooseStyle: ChooseStyle;
  readonly checkDialog: CheckDialog;
}

/** @param prior what to believe of the styles of a learner who has rewarded none */
export function createChoices(prior: () => StyleBeliefs, random: Random): Choices {
  return {
    chooseWord: (words, learning, at) => neediest(words, learning?.correction ?? PRIOR, at) ?? words[0],
    chooseStyle: (styles, learning) => chooseStyle(learning?.styles ?? prior(), styles, random),
    checkDialog: selfCheck,
  };
}
