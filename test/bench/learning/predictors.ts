import { default_w, type FSRS, fsrs } from 'ts-fsrs';
import { PRIOR, predicted, updated } from '../../../src/learning/correction.ts';
import type { Correction } from '../../../src/model/correction.ts';
import { GRADES, type Grade } from '../../../src/model/review.ts';
import type { Review } from './learners/practice.ts';
import type { Refit, WordHistory } from './refit.ts';

/** Predicts whether a word is recalled, and learns from the outcome. Both only from what an application can see. */
export interface Predictor {
  /** The probability of recall; null for a first review, which nobody predicts. */
  predict(review: Review): number | null;
  learn(review: Review): Promise<void>;
}

/** FSRS with its default parameters, which never change. */
export function defaults(): Predictor {
  return {
    predict: ({ retrievability }) => (retrievability === null ? null : predicted(PRIOR, retrievability)),
    learn: async () => undefined,
  };
}

/** The application's own: the defaults with the learner's correction. */
export function corrected(): Predictor & { correction(): Correction } {
  let correction = PRIOR;
  return {
    correction: () => correction,
    predict: ({ retrievability }) => (retrievability === null ? null : predicted(correction, retrievability)),
    async learn({ retrievability, grade }) {
      if (retrievability !== null) correction = updated(correction, retrievability, grade !== 'again');
    },
  };
}

interface State {
  readonly stability: number;
  readonly difficulty: number;
}

const ratingOf = (grade: Grade) => GRADES.indexOf(grade) + 1;

/** FSRS whose parameters are fitted anew to all reviews so far: after 50, 100, 150, 200, and then every 100 reviews. */
export function refitted(refit: Refit): Predictor {
  let model: FSRS = modelOf(default_w);
  const histories = new Map<number, { days: number; rating: number }[]>();
  const states = new Map<number, State>();
  let reviews = 0;

  const next = (state: State | null, days: number, rating: number): State =>
    model.next_state(state, days, rating);

  return {
    predict({ word, days }) {
      const state = states.get(word);
      return state === undefined ? null : predicted(PRIOR, model.forgetting_curve(days, state.stability));
    },
    async learn({ word, days, grade }) {
      histories.set(word, [...(histories.get(word) ?? []), { days, rating: ratingOf(grade) }]);
      states.set(word, next(states.get(word) ?? null, days, ratingOf(grade)));
      reviews += 1;
      if (reviews % (reviews <= 200 ? 50 : 100) !== 0) return;
      const words = [...histories.values()].map(
        (history): WordHistory => history.map((one) => [one.days, one.rating]),
      );
      model = modelOf(await refit.fit(words));
      for (const [one, history] of histories) {
        const replayed = history.reduce<State | null>(
          (before, { days, rating }) => next(before, days, rating),
          null,
        );
        if (replayed !== null) states.set(one, replayed);
      }
    },
  };
}

function modelOf(w: readonly number[]): FSRS {
  return fsrs({ w: [...w], enable_short_term: false, enable_fuzz: false });
}
