import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { templateGenerator } from '../../src/adapters/template/generator.ts';
import type { Dialog } from '../../src/model/dialog.ts';
import { draftFault } from '../../src/model/draft/draft-fault.ts';
import { WordFailed } from '../../src/ports/generator.ts';
import { present, sampleDialog } from '../contract/samples.ts';
import { seededRandom } from '../support/random.ts';
import { draft, drafts, MEANING_SCENES, NOTHING_BEFORE, request, SCENES } from './course.ts';

const translation = fc.option(fc.constantFrom('dog', ' ', '狗'), { nil: null });

test('the name of the generator says that it is a template', () => {
  expect(templateGenerator().versions).toEqual(['template/v2']);
});

test('a dialog has lines in both languages', async () => {
  const all = await drafts(SCENES);
  expect(all.map(({ turns }) => turns)).toContainEqual([
    { speaker: 'Lucía', text: '¿Qué significa «perro»?', translation: 'What does “perro” mean?' },
    { speaker: 'Mateo', text: 'En inglés es «dog».', translation: 'In English, it’s “dog”.' },
    { speaker: 'Lucía', text: 'Ah, ya entiendo. ¡Gracias!', translation: 'Ah, I see. Thank you!' },
    {
      speaker: 'Mateo',
      text: 'De nada. Puedes preguntarme cuando quieras.',
      translation: 'You’re welcome. You can ask me any time.',
    },
  ]);
});

/** What is written for words one after the other, each time by a random choice of the styles that are offered. */
async function written(
  asks: readonly { readonly id: string; readonly translation: string | null }[],
  seed: number,
) {
  const random = seededRandom(seed);
  const latest: { readonly dialog: Dialog; readonly fault: string | null }[] = [];
  for (const ask of asks) {
    const { profile, word } = request({ ...ask, style: null });
    const dialogs = latest.map(({ dialog }) => dialog);
    const ofWord = dialogs.filter(({ wordId }) => wordId === word.id);
    const earlier = ofWord.slice(0, 3);
    const offered = templateGenerator().styles({
      profile,
      word,
      earlier,
      ofWord: ofWord.map(({ style }) => style),
      latest: dialogs.map(({ style }) => style),
      known: [],
    });
    const style = present(offered[Math.floor(random() * offered.length)]);
    const one = await draft({ ...ask, style });
    const dialog = sampleDialog(word, ofWord.length, {
      style,
      turns: one.turns.map((turn) => ({ ...turn, audio: null })),
    });
    latest.unshift({ dialog, fault: draftFault(one, request({ ...ask, earlier, style })) });
  }
  return latest
    .reverse()
    .map(({ dialog, fault }) => ({ style: dialog.style, opening: dialog.turns[0]?.text, fault }));
}

const seed = fc.nat();
const asked = fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd'), translation });

describe('the scene', () => {
  test('is repeated only after the word has had every scene', async () => {
    await fc.assert(
      fc.asyncProperty(seed, async (given) => {
        const all = await written(Array(2 * SCENES).fill({ id: 'a', translation: 'dog' }), given);
        const styles = all.map(({ style }) => style);
        expect(new Set(styles.slice(0, SCENES)).size).toBe(SCENES);
        expect(new Set(styles.slice(SCENES)).size).toBe(SCENES);
      }),
      { numRuns: 30 },
    );
  });

  test('and its opening are other ones than those of the five dialogs before, whichever words they are of', async () => {
    await fc.assert(
      fc.asyncProperty(seed, fc.array(asked, { minLength: 12, maxLength: 30 }), async (given, asks) => {
        const all = await written(asks, given);
        for (const i of all.keys()) {
          const near = all.slice(i, i + 6).map(({ opening }) => opening);
          expect(new Set(near).size).toBe(near.length);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('differs from those of the last dialogs of the word, so that every dialog can be used', async () => {
    await fc.assert(
      fc.asyncProperty(seed, fc.array(asked, { maxLength: 30 }), async (given, asks) => {
        const all = await written(asks, given);
        expect(all.map(({ fault }) => fault)).toEqual(asks.map(() => null));
      }),
      { numRuns: 50 },
    );
  });

  test('is not that of a dialog that an earlier version wrote, which has no style', async () => {
    const ask = { id: 'a', translation: 'dog' };
    const { profile, word: of } = request(ask);
    const one = await draft({ ...ask, style: 'scene:whatItMeans' });
    const dialog = sampleDialog(of, 0, { turns: one.turns.map((turn) => ({ ...turn, audio: null })) });
    const past = { ...NOTHING_BEFORE, earlier: [dialog], ofWord: [null], latest: [null] };
    const offered = templateGenerator().styles({ profile, word: of, ...past });
    expect(offered).toHaveLength(SCENES - 1);
    expect(offered).not.toContain('scene:whatItMeans');
  });

  test('can be any for the first dialog of a profile', () => {
    const { profile, word: of } = request();
    expect(templateGenerator().styles({ profile, word: of, ...NOTHING_BEFORE })).toHaveLength(SCENES);
  });

  test('is never one that the template does not offer for the word', async () => {
    const meaning = 'scene:whatItMeans';
    await expect(draft({ style: meaning })).resolves.toBeDefined();
    for (const ask of [{ style: meaning, translation: null }, { style: 'scene:market' }, { style: null }])
      await expect(draft(ask)).rejects.toThrow(TypeError);
  });
});

describe('a word without a translation that can be quoted', () => {
  test.each([
    ['no translation', null],
    ['an empty translation', ''],
    ['a blank translation', ' \t'],
    ['a remark alone', '(particle)'],
    ['an invisible translation', '\u200f'],
    [
      'an explanation rather than a word',
      'an animal that people keep in the house as a friend or as a guard',
    ],
  ])('(%s) gets only scenes that need no translation', async (_, translation) => {
    const all = await drafts(SCENES, { translation });
    expect(new Set(all.map(({ turns }) => turns[0]?.text)).size).toBe(SCENES - MEANING_SCENES);
    for (const [number, one] of all.entries()) {
      expect(draftFault(one, request({ translation, number }))).toBeNull();
      expect(JSON.stringify(one)).not.toMatch(/null|«\s*»|“\s*”|an animal|particle|\u200f/);
    }
  });
});

describe('a translation is cut to what can be spoken', () => {
  test.each([
    ['to wait; to hope', 'to wait'],
    ['等；希望', '等'],
    ['to wait / to hope', 'to wait'],
    ['to wait | to hope', 'to wait'],
    ['to wait\nto hope', 'to wait'],
    ['1. to wait 2. to hope', 'to wait'],
    ['1) to wait 2) to hope', 'to wait'],
    ['to miss (somebody)', 'to miss'],
    ['to miss (somebody (dear)) badly', 'to miss badly'],
    ['to miss (somebody', 'to miss'],
    ['(Spain) [colloquial]; cool; great', 'cool'],
    ['想念（某人）', '想念'],
    ['kid(s), (small) child', 'kid, child'],
    ['wait, (stay)', 'wait'],
    ['he/she', 'he/she'],
    ['good morning!', 'good morning!'],
    ['smile :)', 'smile :)'],
    [`to wait; ${'explanation '.repeat(30)}`, 'to wait'],
  ])('%j becomes %j', async (translation, spoken) => {
    const all = await drafts(SCENES, { translation });
    const cited = all.filter(({ turns }) => turns.some(({ text }) => text.includes(`«${spoken}»`)));
    expect(cited).toHaveLength(MEANING_SCENES);
  });

  test('in time that is linear in its length', async () => {
    for (const part of ['(', ')', '; ', ' /', ', ', '1. ']) {
      const translation = part.repeat(500 / part.length);
      const all = await drafts(SCENES, { translation });
      expect(all).toHaveLength(SCENES);
    }
  });
});

test('a word that ends with a sentence mark is exclaimed with its own mark only', async () => {
  const ask = { target: 'es', native: 'fr', translation: null };
  for (const text of ['Buenos días.', '¡Buenos días!', '¿Qué tal?', 'Pues…', '你好！']) {
    const turns = (await drafts(SCENES - MEANING_SCENES, { ...ask, text })).flatMap((one) => one.turns);
    const exclaimed = turns.filter((turn) => turn.text.endsWith(`… ${text}`));
    expect(exclaimed).toHaveLength(3);
    for (const { translation } of exclaimed) expect(translation.endsWith(`… ${text}`)).toBe(true);
  }
  const plain = (await drafts(SCENES - MEANING_SCENES, { ...ask, text: 'perro' })).flatMap(
    ({ turns }) => turns,
  );
  expect(plain.filter(({ text }) => text.endsWith('… ¡perro!'))).toHaveLength(3);
  expect(plain.filter(({ translation }) => translation.endsWith('… perro\u202f!'))).toHaveLength(3);
});

describe('a profile whose two languages are the same', () => {
  test.each([
    ['en', 'en'],
    ['en-US', 'en-GB'],
    ['zh', 'zh-CN'],
  ])(
    '(%s, %s) gets only scenes that need no translation, and the translations repeat the text',
    async (target, native) => {
      const all = await drafts(SCENES, { target, native, text: 'hound', translation: 'DOG' });
      for (const [number, one] of all.entries()) {
        for (const turn of one.turns) expect(turn.translation).toBe(turn.text);
        expect(JSON.stringify(one)).not.toContain('DOG');
        expect(draftFault(one, request({ target, native, text: 'hound', number }))).toBeNull();
      }
    },
  );
});

describe('languages', () => {
  test.each([
    ['es-MX', 'es'],
    ['ES', 'es'],
    ['pt-BR', 'pt'],
    ['pt-AO', 'pt-PT'],
    ['pt-Latn-MZ', 'pt-PT'],
    ['de-AT-1996', 'de'],
    ['en-u-hc-h23', 'en'],
    ['zh', 'zh-Hans'],
    ['zh-CN', 'zh-Hans'],
    ['zh-SG', 'zh-Hans'],
    ['ZH-hans-tw', 'zh-Hans'],
  ])('%s gets the lines of %s', async (tag, same) => {
    const other = same === 'en' ? 'fr' : 'en';
    expect(await drafts(SCENES, { target: tag, native: other })).toEqual(
      await drafts(SCENES, { target: same, native: other }),
    );
    expect(await drafts(SCENES, { target: other, native: tag })).toEqual(
      await drafts(SCENES, { target: other, native: same }),
    );
  });

  test.each(['ko', 'zh-TW', 'zh-Hant', 'zh-HK', 'yue', 'ja-Latn', 'und', 'Spanish', 'es_MX', '', 'e', '*'])(
    '%j fails the word with a message that names the available languages',
    async (tag) => {
      for (const ask of [{ target: tag }, { native: tag }]) {
        const error = await draft(ask).catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(WordFailed);
        expect(error).toHaveProperty(
          'message',
          `The built-in template has no dialogs in ${JSON.stringify(tag)}. It has English (en), Spanish (es), ` +
            'French (fr), German (de), Italian (it), Portuguese (pt), European Portuguese (pt-PT), ' +
            'Simplified Chinese (zh-Hans) and Japanese (ja).',
        );
      }
    },
  );

  test('European and Brazilian Portuguese have lines of their own, and no translation is quoted between them', async () => {
    const all = await drafts(SCENES, { target: 'pt', native: 'pt-PT', text: 'cão', translation: 'DOG' });
    const first = all.map(({ turns }) => turns[0]);
    expect(first).toContainEqual({
      speaker: 'Ana',
      text: 'O que você está ouvindo?',
      translation: 'O que estás a ouvir?',
    });
    expect(JSON.stringify(all)).not.toContain('DOG');
  });
});
