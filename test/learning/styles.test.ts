import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NO_BELIEFS } from '../../src/learning/linear-model.ts';
import { MOST_PROFILES, populationPrior } from '../../src/learning/population-prior.ts';
import { reward } from '../../src/learning/reward.ts';
import { beliefsOf, chooseStyle, rewarded } from '../../src/learning/styles.ts';
import { GRADES } from '../../src/model/review.ts';
import { styleFeatures, styleText } from '../../src/model/style.ts';
import type { StyleBeliefs } from '../../src/model/style-beliefs.ts';
import { seededRandom } from '../support/random.ts';

const SCENES = ['market', 'train', 'school'];
const REGISTERS = ['formal', 'informal'];
const ALL = SCENES.flatMap((scene) => REGISTERS.map((register) => styleText({ scene, register })));
const [FIRST = '', ...OTHERS] = ALL;
const OPTIONS = [FIRST, ...OTHERS] as const;

const styles = fc.oneof(fc.constantFrom(...ALL), fc.string(), fc.constant('__proto__'));
const practised = fc.array(fc.tuple(styles, fc.double({ min: 0, max: 1, noNaN: true })), { maxLength: 80 });
const beliefsAfter = (dialogs: readonly (readonly [string, number])[], start = NO_BELIEFS): StyleBeliefs =>
  dialogs.reduce((beliefs, [style, value]) => rewarded(beliefs, style, value), start);

/** Lets a learner practise who likes some styles. Returns what is believed in the end, and the styles chosen. */
function practise(taste: (style: string) => number, dialogs: number, seed: number, start = NO_BELIEFS) {
  const random = seededRandom(seed);
  let beliefs = start;
  const chosen: string[] = [];
  for (let i = 0; i < dialogs; i += 1) {
    const style = chooseStyle(beliefs, OPTIONS, random);
    chosen.push(style);
    beliefs = rewarded(beliefs, style, taste(style) + 0.4 * (random() - 0.5));
  }
  return { beliefs, chosen };
}

const likesTrains = (style: string) => (style.includes('train') ? 0.75 : 0.5);

describe('a style', () => {
  test('is written and read in one form', () => {
    expect(styleText({ register: 'formal', scene: 'market' })).toBe('scene:market register:formal');
    expect(styleFeatures('scene:market register:formal')).toEqual(['scene:market', 'register:formal']);
    expect(() => styleText({ scene: 'at the market' })).toThrow(TypeError);
  });

  test.each([
    '',
    'market',
    'scene:',
    'scene:a scene:b',
    'register:a scene:b',
    'mood:sad',
    'scene:a  register:b',
  ])('%j is no style', (text) => {
    expect(styleFeatures(text)).toEqual([]);
  });
});

describe('the choice of styles', () => {
  test('comes to prefer what a learner likes', () => {
    const { beliefs, chosen } = practise(likesTrains, 150, 1);
    expect(chosen.slice(-50).filter((style) => style.includes('train')).length).toBeGreaterThan(40);
    expect(beliefsOf(beliefs)[0]?.style).toContain('train');
  });

  test('tries every feature on new learners', () => {
    const chosen = Array.from({ length: 60 }, (_, seed) =>
      chooseStyle(NO_BELIEFS, OPTIONS, seededRandom(seed)),
    );
    expect(new Set(chosen).size).toBe(ALL.length);
  });

  test('repeats with the same chance', () => {
    expect(practise(likesTrains, 60, 7)).toEqual(practise(likesTrains, 60, 7));
  });

  test('takes a style that is the only one', () => {
    expect(chooseStyle(NO_BELIEFS, ['no style'], () => 0)).toBe('no style');
  });
});

describe('beliefs', () => {
  test('stay finite and within bounds, whatever is stored', () => {
    fc.assert(
      fc.property(practised, (dialogs) => {
        const beliefs = beliefsAfter(dialogs);
        for (const { style, mean, deviation, dialogs: count } of beliefsOf(beliefs)) {
          expect(ALL).toContain(style);
          expect(mean).toBeGreaterThanOrEqual(0);
          expect(mean).toBeLessThanOrEqual(1);
          expect(deviation).toBeGreaterThan(0);
          expect(deviation).toBeLessThan(1);
          expect(count).toBe(dialogs.filter(([one]) => one === style).length);
        }
        expect(ALL).toContain(chooseStyle(beliefs, OPTIONS, Math.random));
      }),
    );
  });

  test('are plain JSON', () => {
    fc.assert(
      fc.property(practised, (dialogs) => {
        const beliefs = beliefsAfter(dialogs);
        expect(JSON.parse(JSON.stringify(beliefs))).toEqual(beliefs);
      }),
    );
  });

  test('grow more certain with each dialog in a style', () => {
    const deviations = [1, 5, 25].map((count) => {
      const dialogs = Array.from({ length: count }, () => [FIRST, 0.6] as const);
      return beliefsOf(beliefsAfter(dialogs))[0]?.deviation ?? 0;
    });
    expect([...deviations].sort((a, b) => b - a)).toEqual(deviations);
  });

  test('fade: 400 dialogs of a changed taste outweigh 600 earlier ones', () => {
    const times = (count: number, value: number) =>
      Array.from({ length: count }, () => [FIRST, value] as const);
    const [belief] = beliefsOf(beliefsAfter([...times(600, 1), ...times(400, 0)]));
    expect(belief?.mean).toBeLessThan(0.5);
  });

  test('are bounded in size: 48 features', () => {
    let beliefs = NO_BELIEFS;
    for (let i = 0; i < 100; i += 1) beliefs = rewarded(beliefs, styleText({ scene: `scene-${i}` }), 0.5);
    expect(beliefs.features.length).toBe(48);
    expect(Object.keys(beliefs.dialogs).length).toBe(47);
  });
});

describe('the prior from other profiles', () => {
  const others = Array.from({ length: 30 }, (_, seed) => practise(likesTrains, 60, seed).beliefs);

  test('is that of the first learner if there are none', async () => {
    expect(await populationPrior([])).toEqual(NO_BELIEFS);
  });

  test('lets a new learner begin with what others like', async () => {
    const { chosen } = practise(likesTrains, 20, 99, await populationPrior(others));
    expect(chosen.filter((style) => style.includes('train')).length).toBeGreaterThan(14);
  });

  test('lets a learner with a taste that few others have find it', async () => {
    const likes = (scene: string) => (style: string) => (style.includes(scene) ? 0.75 : 0.5);
    const varied = Array.from({ length: 30 }, (_, seed) => {
      const scene = seed % 10 === 0 ? 'school' : seed % 2 === 0 ? 'train' : 'market';
      return practise(likes(scene), 60, seed).beliefs;
    });
    const prior = await populationPrior(varied);
    const found = Array.from({ length: 10 }, (_, seed) => {
      const { chosen } = practise(likes('school'), 300, 100 + seed, prior);
      return chosen.slice(-50).filter((style) => style.includes('school')).length > 35;
    });
    expect(found.filter(Boolean).length).toBeGreaterThan(6);
  });

  test('counts only what each profile saw itself', async () => {
    const inherited = await populationPrior(others);
    const heirs = Array.from({ length: 100 }, () => inherited);
    expect((await populationPrior([...others, ...heirs])).priorMeans).toEqual(
      inherited.priorMeans.map((mean) => expect.closeTo(mean, 9)),
    );
  });

  test('leaves out evidence that no rewards can lead to', async () => {
    const [sample = NO_BELIEFS] = others;
    const impossible = { ...sample, precision: sample.precision.map(() => -1e9) };
    expect(await populationPrior([...others, impossible])).toEqual(await populationPrior(others));
  });

  test('is not certain of a learner, however many others there are', async () => {
    const many = Array.from({ length: 6 }, () => others).flat();
    for (const variance of (await populationPrior(many)).priorVariances)
      expect(variance).toBeGreaterThan(0.07 ** 2);
  });

  test('keeps nothing waiting while it is computed from as many profiles as possible', async () => {
    let beliefs = NO_BELIEFS;
    for (let i = 0; i < 24; i += 1) beliefs = rewarded(beliefs, styleText({ scene: `scene-${i}` }), 0.5);
    let turns = 0;
    const counting = setInterval(() => {
      turns += 1;
    });
    await populationPrior(Array.from({ length: MOST_PROFILES }, () => beliefs));
    clearInterval(counting);
    expect(turns).toBeGreaterThan(0);
  });
});

describe('the reward of a dialog', () => {
  const selfCheck = { knownShare: 0.5, targetUsed: true };

  test('weighs rating, grades and self-check', () => {
    expect(reward({ rating: 5, grades: ['good'], selfCheck: { knownShare: 1, targetUsed: true } })).toBe(1);
    expect(reward({ rating: 1, grades: ['again'], selfCheck: { knownShare: 1, targetUsed: false } })).toBe(0);
    expect(reward({ rating: 3, grades: ['good', 'again'], selfCheck })).toBeCloseTo(0.5);
  });

  test('leaves the weight of a missing part to the others', () => {
    expect(reward({ rating: null, grades: ['good'], selfCheck })).toBeCloseTo(0.75);
    expect(reward({ rating: 5, grades: [], selfCheck })).toBeCloseTo((0.7 + 0.15 * 0.5) / 0.85);
    expect(reward({ rating: null, grades: [], selfCheck })).toBeCloseTo(0.5);
    expect(reward({ rating: 5, grades: ['again'], selfCheck: null })).toBeCloseTo(0.7 / 0.85);
  });

  test('is 0 to 1, and a better rating never lowers it', () => {
    const practice = fc.record({
      grades: fc.array(fc.constantFrom(...GRADES), { maxLength: 20 }),
      selfCheck: fc.record({
        knownShare: fc.double({ min: 0, max: 1, noNaN: true }),
        targetUsed: fc.boolean(),
      }),
    });
    fc.assert(
      fc.property(practice, (given) => {
        const rewards = [1, 2, 3, 4, 5].map((rating) => reward({ ...given, rating }));
        for (const value of rewards) expect(value).toSatisfy((x: number) => x >= 0 && x <= 1);
        expect([...rewards].sort((a, b) => a - b)).toEqual(rewards);
      }),
    );
  });
});
