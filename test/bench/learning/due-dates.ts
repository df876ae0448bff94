import { PRIOR, updated } from '../../../src/learning/correction.ts';
import { correctedDue } from '../../../src/learning/due.ts';
import { retrievability, reviewed } from '../../../src/learning/fsrs.ts';
import type { Memory } from '../../../src/model/memory.ts';
import { seededRandom } from '../../support/random.ts';
import { exactlyFsrs, ownFsrs } from './learners/fsrs-learner.ts';
import type { Learner, NewLearner } from './learners/learner.ts';
import { dateOf } from './learners/practice.ts';
import { roughLearner } from './learners/rough-learner.ts';
import { mean, type Row, signed } from './row.ts';

const RETENTION = 0.9;
const LEARNERS = 30;
const DAYS = 150;
/** Reviews before are not measured: the correction is learned in them. */
const MEASURED_FROM = 60;
const NEW_WORDS_A_DAY = 3;

const KINDS: readonly (readonly [string, NewLearner])[] = [
  ['rough', roughLearner],
  ['FSRS, own parameters', ownFsrs],
  ['exactly FSRS', exactlyFsrs],
];

/** Learners who review each word on the day on which it is due: how often do they still recall it? */
export function dueDateRows(): Row[] {
  const errors = KINDS.map(([kind, newLearner]) => {
    const errorsOf = (isCorrected: boolean) =>
      Array.from(
        { length: LEARNERS },
        (_, seed) => recallAtDue(newLearner(seededRandom(seed)), isCorrected) - RETENTION,
      );
    return { kind, corrected: errorsOf(true), byDefaults: errorsOf(false) };
  });
  const size = (values: readonly number[]) => mean(values.map(Math.abs)).toFixed(3);
  const overall = (of: 'corrected' | 'byDefaults') => signed(mean(errors.flatMap((one) => one[of])), 4);
  const kinds = errors.map(({ kind, corrected, byDefaults }) => {
    return `${kind} ${signed(mean(corrected), 3)} (${signed(mean(byDefaults), 3)})`;
  });
  return [
    {
      what: "true recall on corrected due dates after the next day, minus 90 % (by the defaults' dates)",
      measured: `${overall('corrected')} (${overall('byDefaults')}); ${kinds.join(', ')}`,
      goal: '≤ 0.015 from 0',
    },
    {
      what: 'the same, the mean distance from 90 % of a learner',
      measured: `${size(errors.flatMap((one) => one.corrected))} (${size(errors.flatMap((one) => one.byDefaults))})`,
      goal: '-',
    },
  ];
}

/** The next day is the earliest due date, whatever the recall is by then. So it says nothing of how dates are chosen. */
function isChosen(memory: Memory, at: Date): boolean {
  return at.getTime() - memory.lastReviewedAt.getTime() > dateOf(1.5).getTime() - dateOf(0).getTime();
}

/** The mean of the true recall at reviews on due dates that are not the next day. */
function recallAtDue(learner: Learner, isCorrected: boolean): number {
  const memories = new Map<number, Memory>();
  const dues = new Map<number, Date>();
  const recalls: number[] = [];
  let correction = PRIOR;
  for (let date = 0; date < DAYS; date += 1) {
    const day = date + 0.8;
    const at = dateOf(day);
    const words = [...dues].filter(([, due]) => due <= at).map(([word]) => word);
    for (let i = 0; i < NEW_WORDS_A_DAY; i += 1) words.push(memories.size + i);
    for (const word of words) {
      const memory = memories.get(word) ?? null;
      if (memory !== null && date >= MEASURED_FROM && isChosen(memory, at))
        recalls.push(learner.recall(word, day));
      const grade = learner.practise(word, day);
      if (memory !== null) correction = updated(correction, retrievability(memory, at), grade !== 'again');
      const next = reviewed(memory, grade, at);
      memories.set(word, next);
      dues.set(word, isCorrected ? correctedDue(next, correction) : next.due);
    }
  }
  return mean(recalls);
}
