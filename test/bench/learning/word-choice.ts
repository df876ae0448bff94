import { PRIOR, updated } from '../../../src/learning/correction.ts';
import { retrievability, reviewed } from '../../../src/learning/fsrs.ts';
import { neediest } from '../../../src/learning/need.ts';
import type { Memory } from '../../../src/model/memory.ts';
import { seededRandom } from '../../support/random.ts';
import { exactlyFsrs } from './learners/fsrs-learner.ts';
import type { Learner, NewLearner } from './learners/learner.ts';
import { dateOf, drawn } from './learners/practice.ts';
import { roughLearner } from './learners/rough-learner.ts';
import { mean, type Row, signed } from './row.ts';

const DAYS = 60;
const LEARNERS = 40;
/** How many words `wordOrder: NEED` draws for each dialog. */
const DRAWN = 4;

interface Setting {
  readonly words: number;
  readonly daily: number;
}

const SETTINGS: readonly Setting[] = [
  { words: 100, daily: 10 },
  { words: 300, daily: 15 },
  { words: 500, daily: 15 },
];

type Order = 'RANDOM' | 'NEED';

const KINDS: readonly (readonly [string, NewLearner])[] = [
  ['rough', roughLearner],
  ['exactly FSRS', exactlyFsrs],
];

/** How many words learners know after 60 days if dialogs are for words by chance, and for those that need it. */
export function wordChoiceRows(): Row[] {
  return SETTINGS.map((setting): Row => {
    const compared = KINDS.map(([kind, newLearner]) => {
      const random = knownWords(newLearner, setting, 'RANDOM');
      const need = knownWords(newLearner, setting, 'NEED');
      return `${kind} ${signed((need / random - 1) * 100, 1)} % (${need.toFixed(0)} against ${random.toFixed(0)})`;
    });
    return {
      what: `words known after ${DAYS} days, NEED against RANDOM: ${setting.words} words, ${setting.daily} dialogs a day`,
      measured: compared.join('; '),
      goal: setting.words === 100 ? '-' : '≥ +10 %',
    };
  });
}

/** The number of words that a learner would recall on the last day, on average. */
function knownWords(newLearner: NewLearner, setting: Setting, order: Order): number {
  return mean(
    Array.from({ length: LEARNERS }, (_, seed) => {
      const learner = newLearner(seededRandom(seed));
      practise(learner, setting, order, seededRandom(1_000 + seed));
      const recalls = Array.from({ length: setting.words }, (_, word) => learner.recall(word, DAYS + 0.8));
      return recalls.reduce((sum, recall) => sum + recall, 0);
    }),
  );
}

function practise(learner: Learner, { words, daily }: Setting, order: Order, random: () => number): void {
  const memories = new Map<number, Memory>();
  let correction = PRIOR;
  for (let date = 0; date < DAYS; date += 1) {
    const day = date + 0.8;
    const at = dateOf(day);
    const today = new Set<number>();
    while (today.size < daily) {
      const rest = drawn(words, DRAWN + today.size, random).filter((word) => !today.has(word));
      const candidates = rest.slice(0, order === 'NEED' ? DRAWN : 1);
      const chosen = neediest(
        candidates.map((word) => ({ word, memory: memories.get(word) ?? null })),
        correction,
        at,
      );
      if (chosen !== null) today.add(chosen.word);
    }
    for (const word of today) {
      const memory = memories.get(word) ?? null;
      const grade = learner.practise(word, day);
      if (memory !== null) correction = updated(correction, retrievability(memory, at), grade !== 'again');
      memories.set(word, reviewed(memory, grade, at));
    }
  }
}
