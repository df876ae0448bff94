import { describe, expect, test } from 'vitest';
import type { Dialog } from '../../src/model/dialog.ts';
import type { Draft } from '../../src/model/draft/draft.ts';
import { draftFault } from '../../src/model/draft/draft-fault.ts';
import { drafts, LANGUAGES, PAIRS, request, SCENES, WORD_SCENES } from './course.ts';

const QUOTED = {
  en: ['“', '”'],
  es: ['«', '»'],
  fr: ['«\u202f', '\u202f»'],
  de: ['„', '“'],
  it: ['«', '»'],
  pt: ['“', '”'],
  'zh-Hans': ['“', '”'],
  ja: ['「', '」'],
} as const;

/** The name of a language in another one, by the platform's data. */
function nameOf(language: string, inLanguage: string): string | undefined {
  return new Intl.DisplayNames(inLanguage, { type: 'language' }).of(language.slice(0, 2));
}

/** Texts that are not in any scene. */
const WORD = 'Qwx';
const MEANING = 'Zkj';

function times(part: string, text: string): number {
  return text.split(part).length - 1;
}

function dialogOf({ turns }: Draft, number: number): Dialog {
  return {
    id: `word.${number}`,
    profileId: 'course',
    wordId: 'word',
    turns: turns.map((turn) => ({ ...turn, audio: null })),
    isUsed: true,
    usedAt: null,
    refVoiceId: null,
    generator: 'template/v1',
    style: null,
    review: null,
    createdAt: new Date('2024-05-01T10:00:00Z'),
  };
}

describe.each(PAIRS)('$target for speakers of $native', ({ target, native }) => {
  const ask = { target, native, text: WORD, translation: MEANING };

  test('every scene passes the check of drafts, also the comparison with the three dialogs before it', async () => {
    const all = await drafts(2 * SCENES, ask);
    for (const [number, draft] of all.entries()) {
      const earlier = all
        .slice(Math.max(0, number - 3), number)
        .map(dialogOf)
        .reverse();
      expect(draftFault(draft, request({ ...ask, number, earlier }))).toBeNull();
    }
  });

  test('every scene has 3 to 6 turns of two alternating speakers', async () => {
    for (const { turns } of await drafts(SCENES, ask)) {
      expect(turns.length).toBeGreaterThanOrEqual(3);
      expect(turns.length).toBeLessThanOrEqual(6);
      const [first, second] = turns.map((turn) => turn.speaker);
      expect(first).not.toBe(second);
      expect(turns.map((turn) => turn.speaker)).toEqual(turns.map((_, i) => (i % 2 === 0 ? first : second)));
    }
  });

  test('a turn mentions the word and its translation as often as the translation of the turn does', async () => {
    for (const { turns } of await drafts(SCENES, ask)) {
      for (const cited of [WORD, MEANING]) {
        const inText = turns.map((turn) => times(cited, turn.text));
        expect(turns.map((turn) => times(cited, turn.translation))).toEqual(inText);
      }
    }
  });

  test('the word and its translation are always in the quotation marks of the language of the line', async () => {
    for (const { turns } of await drafts(SCENES, ask)) {
      for (const [language, lines] of [
        [target, turns.map((turn) => turn.text)],
        [native, turns.map((turn) => turn.translation)],
      ] as const) {
        const [open, close] = QUOTED[language];
        const text = lines.join('\n');
        expect(times(WORD, text)).toBeGreaterThan(0);
        for (const cited of [WORD, MEANING]) {
          expect(times(`${open}${cited}${close}`, text)).toBe(times(cited, text));
        }
      }
    }
  });

  test('half of the scenes use the translation', async () => {
    const texts = (await drafts(SCENES, ask)).map(({ turns }) => turns.map((turn) => turn.text).join(' '));
    expect(texts.filter((text) => text.includes(MEANING))).toHaveLength(SCENES - WORD_SCENES);
  });

  test('a line names only the languages of the profile, in the language of the line', async () => {
    const turns = (await drafts(SCENES, ask)).flatMap((draft) => draft.turns);
    for (const [language, lines] of [
      [target, turns.map((turn) => turn.text).join(' ')],
      [native, turns.map((turn) => turn.translation).join(' ')],
    ] as const) {
      const named = LANGUAGES.filter((other) => lines.includes(nameOf(other, language) ?? ''));
      expect(named.toSorted()).toEqual([target, native].toSorted());
    }
  });
});

describe.each(LANGUAGES)('the typography of %s', (language) => {
  const native = language === 'en' ? 'es' : 'en';
  const lines = async () => {
    const all = await drafts(SCENES, { target: language, native, text: WORD, translation: MEANING });
    return all.flatMap(({ turns }) => turns.map((turn) => turn.text));
  };

  test('every line ends with a sentence mark and has no needless spaces', async () => {
    for (const line of await lines()) {
      expect(line).toMatch(/[.?!。！？]$/u);
      expect(line).not.toMatch(/\s\s|^\s|\s$/u);
      expect(line).not.toMatch(/['"]|\.\.|\$|\{|undefined/u);
    }
  });

  test('punctuation follows the rules of the language', async () => {
    const spaced = /\u202f[?!:;»]/gu;
    for (const line of await lines()) {
      const marks = line.match(/[?!:;]/gu) ?? [];
      if (language === 'fr') expect(line.replace(spaced, '')).not.toMatch(/[?!:;»]/u);
      else if (language === 'zh-Hans' || language === 'ja') expect(marks).toEqual([]);
      else expect(line).not.toMatch(/\s[?!:;]/u);
      if (language === 'zh-Hans' || language === 'ja') expect(line).not.toMatch(/[ .,]/u);
      expect(times('¿', line)).toBe(language === 'es' ? times('?', line) : 0);
      expect(times('¡', line)).toBe(language === 'es' ? times('!', line) : 0);
    }
  });
});
