import type { ChooseWord } from '../ports/word-choice.ts';
import { PRIOR } from './correction.ts';
import { neediest } from './need.ts';

/** The word that gains most from a practice, as `gain` predicts it for this learner. */
export const chooseNeediest: ChooseWord = (words, learning, at) =>
  neediest(words, learning?.correction ?? PRIOR, at) ?? words[0];
