import { default_w, type FSRS, fsrs, Rating } from 'ts-fsrs';
import { normal } from '../../../../src/learning/normal.ts';
import { gradeOf, type Learner, type ShiftOn, shifted } from './learner.ts';

const RATINGS = { again: Rating.Again, hard: Rating.Hard, good: Rating.Good, easy: Rating.Easy } as const;

interface Trace {
  readonly stability: number;
  readonly difficulty: number;
  readonly day: number;
}

/** A learner whose memory works exactly as FSRS-6 says, with its default parameters. */
export const exactlyFsrs = (random: () => number, shiftOn?: ShiftOn): Learner =>
  fsrsLearner(default_w, random, shiftOn);

/**
 * A learner whose memory works exactly as FSRS-6 says, with parameters of their own: each of the defaults times a factor
 * from a log-normal distribution, wider for initial stabilities, which differ most between people.
 */
export function ownFsrs(random: () => number, shiftOn?: ShiftOn): Learner {
  const speed = 0.8 * normal(random);
  const parameters = default_w.map((w, i) => {
    const deviation = i < 4 ? 0.5 : i === 20 ? 0.4 : 0.3;
    return w * Math.exp((i < 4 ? speed : 0) + deviation * normal(random));
  });
  return fsrsLearner(parameters, random, shiftOn);
}

function fsrsLearner(w: readonly number[], random: () => number, shiftOn: ShiftOn = () => 0): Learner {
  const truth: FSRS = fsrs({ w: [...w], enable_short_term: false, enable_fuzz: false });
  const traces = new Map<number, Trace>();
  const elapsed = (trace: Trace, day: number) => Math.floor(day) - Math.floor(trace.day);
  const recall = (word: number, day: number) => {
    const trace = traces.get(word);
    if (trace === undefined) return 0;
    return shifted(truth.forgetting_curve(elapsed(trace, day), trace.stability), shiftOn(day));
  };
  return {
    recall,
    practise(word, day) {
      const trace = traces.get(word);
      const probability = trace === undefined ? 0.6 : recall(word, day);
      const grade = gradeOf(random() < probability, probability, random);
      const days = trace === undefined ? 0 : elapsed(trace, day);
      if (trace !== undefined && days === 0) return grade;
      traces.set(word, { ...truth.next_state(trace ?? null, days, RATINGS[grade]), day });
      return grade;
    },
  };
}
