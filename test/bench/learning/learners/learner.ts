import type { Grade } from '../../../../src/model/review.ts';

/** The true memory of a simulated learner. Days are real numbers from the start of the simulation. */
export interface Learner {
  /** The true probability that the learner recalls a word on a day. 0 for one never practised. */
  recall(word: number, day: number): number;
  /** The learner meets the word in a dialog and grades it. It changes the true memory. */
  practise(word: number, day: number): Grade;
}

/** What is added to the log-odds of a learner's recall on a day: 0 on a usual one. */
export type ShiftOn = (day: number) => number;

/** Makes a learner of whom everything follows from the chance given. */
export type NewLearner = (random: () => number, shiftOn?: ShiftOn) => Learner;

/** A probability of which the log-odds are shifted. */
export function shifted(probability: number, logOdds: number): number {
  if (logOdds === 0 || probability === 0) return probability;
  const certain = Math.min(probability, 1 - 1e-9);
  return 1 / (1 + Math.exp(-Math.log(certain / (1 - certain)) - logOdds));
}

/** The grade of a word that was recalled with some probability: a learner rarely finds hard what is well known. */
export function gradeOf(recalled: boolean, recall: number, random: () => number): Grade {
  if (!recalled) return 'again';
  const draw = random();
  if (draw < 0.3 * (1 - recall) + 0.08) return 'hard';
  return draw > 1 - 0.25 * recall ? 'easy' : 'good';
}
