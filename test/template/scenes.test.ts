import { describe, expect, test } from 'vitest';
import type { Dialog } from '../../src/model/dialog.ts';
import type { Draft } from '../../src/model/draft/draft.ts';
import { draftFault } from '../../src/model/draft/draft-fault.ts';
import { drafts, LANGUAGES, MEANING_SCENES, PAIRS, request, SCENES, USING_SCENES } from './course.ts';

/** The quotation marks of each language. */
const QUOTED = {
  en: ['“', '”'],
  es: ['«', '»'],
  fr: ['«\u202f', '\u202f»'],
  de: ['„', '“'],
  it: ['«', '»'],
  pt: ['“', '”'],
  'pt-PT': ['«', '»'],
  'zh-Hans': ['“', '”'],
  ja: ['「', '」'],
} as const;

/** What may stand before and after a word that is used: the marks of titles, and an interjection before an exclamation. */
const TITLED = { 'zh-Hans': ['《', '》'], ja: ['『', '』'] } as const;
const EXCLAIMED = /(?:…|……) ?¡?Qwx\u202f?[!！]$/u;

/** What people say about a word: they hear it, say it, write it, ask what it means. */
const ABOUT_WORDS = {
  en: /heard|write|said|says|You say|mean|again more slowly/u,
  es: /oír|escribe|dijo|dice|significa|más despacio/u,
  fr: /entendre|écrit|dit|veut dire|lentement|fiches/u,
  de: /gehört|schreibt|steht|gesagt|sagt man|bedeutet|langsamer sagen/u,
  it: /sentito|scrive|\bscritto|detto|si dice|significa|lentamente/u,
  pt: /ouvir “|escreve|escrito|disse|se diz|significa|devagar/u,
  'pt-PT': /ouvir «|escreve|escrito|disse|se diz|quer dizer|devagar/u,
  'zh-Hans': /听到|怎么写|写着|说了|怎么说|意思|再说一遍/u,
  ja: /聞きました|どう書き|書いて|と言って|と言い|意味|ゆっくり/u,
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
    generator: 'template/v2',
    style: null,
    selfCheck: null,
    trial: null,
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
      expect(draftFault(draft, request({ ...ask, number, earlier, style: null }))).toBeNull();
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

  test('a line names only the languages of the profile, in the language of the line', async () => {
    const turns = (await drafts(SCENES, ask)).flatMap((draft) => draft.turns);
    for (const [language, lines] of [
      [target, turns.map((turn) => turn.text).join(' ')],
      [native, turns.map((turn) => turn.translation).join(' ')],
    ] as const) {
      const others = new Set(LANGUAGES.map((other) => other.slice(0, 2)));
      const named = [...others].filter((other) => lines.includes(nameOf(other, language) ?? ''));
      expect(named.toSorted()).toEqual([target.slice(0, 2), native.slice(0, 2)].toSorted());
    }
  });
});

describe.each(LANGUAGES)('the scenes of %s', (language) => {
  const native = language === 'en' ? 'es' : 'en';
  const all = () => drafts(SCENES, { target: language, native, text: WORD, translation: MEANING });
  const textsOf = ({ turns }: Draft) => turns.map((turn) => turn.text);

  test('have 3 to 6 turns of two alternating speakers', async () => {
    for (const { turns } of await all()) {
      expect(turns.length).toBeGreaterThanOrEqual(3);
      expect(turns.length).toBeLessThanOrEqual(6);
      const [first, second] = turns.map((turn) => turn.speaker);
      expect(first).not.toBe(second);
      expect(turns.map((turn) => turn.speaker)).toEqual(turns.map((_, i) => (i % 2 === 0 ? first : second)));
    }
  });

  test('open differently', async () => {
    expect(new Set((await all()).map(({ turns }) => turns[0]?.text)).size).toBe(SCENES);
  });

  test('do not begin a line with a word that may be in lower case', async () => {
    for (const line of (await all()).flatMap(textsOf)) expect(line).not.toMatch(/^¡?Qwx/u);
  });

  test('quote the word and its translation, or say the word as an exclamation or a title', async () => {
    const [open, close] = QUOTED[language];
    const lines = (await all()).flatMap(textsOf);
    const quoted = (text: string) => times(`${open}${text}${close}`, lines.join('\n'));
    const exclaimed = lines.filter((line) => EXCLAIMED.test(line)).length;
    const [openTitle, closeTitle] = language === 'zh-Hans' || language === 'ja' ? TITLED[language] : ['', ''];
    const titled = openTitle === '' ? 0 : times(`${openTitle}${WORD}${closeTitle}`, lines.join('\n'));
    expect(exclaimed).toBe(3);
    expect(quoted(WORD) + exclaimed + titled).toBe(times(WORD, lines.join('\n')));
    expect(quoted(MEANING)).toBe(times(MEANING, lines.join('\n')));
  });

  test('use the word in one half, once, and mention its translation in a quarter', async () => {
    const texts = (await all()).map((draft) => textsOf(draft).join('\n'));
    const said = texts.filter((text) => ABOUT_WORDS[language].test(text));
    expect(said).toHaveLength(SCENES - USING_SCENES);
    for (const text of texts.filter((one) => !said.includes(one))) expect(times(WORD, text)).toBe(1);
    expect(texts.filter((text) => text.includes(MEANING))).toHaveLength(MEANING_SCENES);
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
