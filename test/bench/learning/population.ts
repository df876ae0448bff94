import { seededRandom } from '../../support/random.ts';
import { exactlyFsrs, ownFsrs } from './learners/fsrs-learner.ts';
import type { Learner, NewLearner, ShiftOn } from './learners/learner.ts';
import { roughLearner } from './learners/rough-learner.ts';

/** One of the simulated learners whose reviews are predicted. */
export interface Simulated {
  readonly kind: string;
  readonly seed: number;
  readonly learner: Learner;
}

/** For some weeks a shifting learner recalls much worse. */
const shiftOn: ShiftOn = (day) => (day >= 30 && day < 50 ? -1.5 : 0);

const KINDS: readonly { kind: string; count: number; newLearner: NewLearner }[] = [
  { kind: 'rough', count: 40, newLearner: roughLearner },
  { kind: 'FSRS, own parameters', count: 20, newLearner: ownFsrs },
  { kind: 'exactly FSRS', count: 20, newLearner: exactlyFsrs },
  { kind: 'rough and shifting', count: 20, newLearner: (random) => roughLearner(random, shiftOn) },
];

/** 100 learners of four kinds. The same ones each time. */
export function population(): Simulated[] {
  return KINDS.flatMap(({ kind, count, newLearner }, place) =>
    Array.from({ length: count }, (_, number) => {
      const seed = 1 + place * 1_000 + number;
      return { kind, seed, learner: newLearner(seededRandom(seed)) };
    }),
  );
}
