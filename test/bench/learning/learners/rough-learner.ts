import { normal } from '../../../../src/learning/normal.ts';
import { gradeOf, type Learner, type ShiftOn, shifted } from './learner.ts';

/** Memory fades more slowly between sessions than within one (Pavlik and Anderson). */
const PSYCHOLOGICAL_TIME = 0.025;
const SECONDS_A_DAY = 86_400;

/**
 * A learner whose memory does not work as FSRS says: Pavlik and Anderson's model of practice and forgetting (2005). Each
 * practice leaves a trace that decays as a power of time, faster if the word was still active when it was practised, so
 * that spaced practice lasts longer. Learners differ in threshold, noise and decay, words in ease, and days in form. Some
 * answers are guessed or slips.
 */
export function roughLearner(random: () => number, shiftOn: ShiftOn = () => 0): Learner {
  const threshold = -1.5 + 0.25 * normal(random);
  const noise = 0.3 * Math.exp(0.25 * normal(random));
  const decay = 0.16 * Math.exp(0.15 * normal(random));
  const scale = 0.2;
  const [guess, slip] = [0.05 * random(), 0.04 * random()];
  const traces = new Map<number, { ease: number; practices: { day: number; decay: number }[] }>();
  const forms = new Map<number, number>();

  const formOn = (day: number) => {
    const known = forms.get(Math.floor(day));
    if (known !== undefined) return known;
    const form = 0.05 * normal(random);
    forms.set(Math.floor(day), form);
    return form;
  };
  const activation = (word: number, day: number) => {
    const trace = traces.get(word);
    if (trace === undefined || trace.practices.length === 0) return Number.NEGATIVE_INFINITY;
    const sum = trace.practices.reduce((total, practice) => {
      const seconds = 60 + (day - practice.day) * SECONDS_A_DAY * PSYCHOLOGICAL_TIME;
      return total + seconds ** -practice.decay;
    }, 0);
    return Math.log(sum) + trace.ease;
  };
  const recall = (word: number, day: number) => {
    const strength = activation(word, day);
    if (strength === Number.NEGATIVE_INFINITY) return 0;
    const probability = 1 / (1 + Math.exp((threshold - strength) / noise));
    return shifted(guess + (1 - guess - slip) * probability, shiftOn(day));
  };
  return {
    recall,
    practise(word, day) {
      const before = activation(word, day);
      const probability = before === Number.NEGATIVE_INFINITY ? 0.5 : recall(word, day);
      const felt = shifted(probability, formOn(day) / noise);
      const grade = gradeOf(random() < felt, probability, random);
      const trace = traces.get(word) ?? { ease: 0.25 * normal(random), practices: [] };
      traces.set(word, trace);
      trace.practices.push({ day, decay: decay + scale * Math.exp(Math.min(before, 2)) * 0.3 });
      return grade;
    },
  };
}
