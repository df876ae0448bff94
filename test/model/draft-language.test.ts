import { describe, expect, test } from 'vitest';
import { draftFault } from '../../src/model/draft/draft-fault.ts';
import { contextOf, draftOf, german, type Line } from './drafts.ts';

describe('the script', () => {
  const inLanguage = (pair: string, lines: readonly Line[], word = 'x') =>
    draftFault(draftOf([[`${word} 1`, `${word} 2`], ...lines]), contextOf(word, { pair }));
  const hello: Record<string, string> = {
    de: 'Guten Tag, wie geht es Ihnen heute?',
    vi: 'Hôm nay bạn có khỏe không?',
    ru: 'Здравствуйте, как у вас дела?',
    el: 'Γεια σας, τι κάνετε σήμερα;',
    ar: 'مرحبا، كيف حالك اليوم؟',
    fa: 'سلام، حال شما چطور است؟',
    he: 'שלום, מה שלומך היום?',
    hi: 'नमस्ते, आज आप कैसे हैं?',
    th: 'สวัสดีวันนี้คุณเป็นอย่างไรบ้าง',
    ko: '안녕하세요, 오늘 어떠세요?',
    ja: 'こんにちは、今日はお元気ですか。',
    'zh-Hans': '你好，你今天怎么样？',
    'zh-TW': '你好，你今天怎麼樣？',
    'sr-Latn': 'Dobar dan, kako ste danas?',
    ka: 'გამარჯობა, როგორ ხარ დღეს?',
    hy: 'Բարեւ, ինչպե՞ս ես այսօր',
  };

  test.each(Object.entries(hello))('of %s is distinguished from every other', (language, text) => {
    expect(inLanguage(`${language} nv`, [[text, 'Yáʼátʼééh']])).toBeNull();
    const script = (tag: string) => new Intl.Locale(tag).maximize().script?.replace(/Hans|Hant/u, 'Hani');
    for (const [other, wrong] of Object.entries(hello)) {
      if (script(other) === script(language)) continue;
      // Japanese has enough Chinese characters to be taken for Chinese. Chinese is not taken for Japanese.
      if (other === 'ja' && script(language) === 'Hani') continue;
      expect(inLanguage(`${language} und`, [[wrong, 'Yáʼátʼééh']]), other).toContain(
        'not written in the script',
      );
      expect(inLanguage(`und ${language}`, [['Yáʼátʼééh', wrong]]), other).toContain(
        'translations are not written',
      );
    }
  });

  test.each([
    ['names and quoted words of another script', 'ru en', 'Ты уже видел новый фильм «Star Wars» в кино?'],
    ['a long foreign name among few characters', 'zh en', '我想买一部 iPhone 手机。'],
    ['Chinese characters among kana', 'ja en', '東京大学図書館は今日休館です。'],
    ['only numbers', 'ru en', '5? – 7!'],
  ])('may have %s', (_, pair, text) => {
    expect(inLanguage(pair, [[text, 'Something in English.']])).toBeNull();
  });

  test('of the word itself is ignored, however long the word is', () => {
    const word = 'Donaudampfschifffahrtsgesellschaft';
    expect(inLanguage('ru en', [[`Что такое «${word}»?`, `What is “${word}”?`]], word)).toBeNull();
  });

  test('is not judged for a language with several scripts, unless the tag names one', () => {
    const latin: Line[] = [['Dobar dan, kako ste danas?', 'Good day, how are you?']];
    expect(inLanguage('sr en', latin)).toBeNull();
    expect(inLanguage('sr-Cyrl en', latin)).not.toBeNull();
  });

  test.each(['und', 'german', '', 'x-klingon', '!!', 'tlh'])('is not judged by the tag %j', (tag) => {
    expect(inLanguage(`${tag || ' '} en`, [['Здравствуйте', 'Good day']])).toBeNull();
  });
});

describe('translations', () => {
  test('that repeat the whole text are a fault', () => {
    const lines = ['Hund?', 'Ja, Hund.'].map((text): Line => [text, text.toUpperCase()]);
    expect(draftFault(draftOf(lines), contextOf('Hund'))).toContain('only repeat the text');
  });

  test('that repeat one sentence are a fault', () => {
    const lines: Line[] = [
      ...german.slice(0, 3),
      ['Er war den ganzen Tag im Park.', 'Er war den ganzen Tag im Park!'],
    ];
    expect(draftFault(draftOf(lines), contextOf('Hund'))).toContain('only repeat the text');
  });

  test('may repeat short turns that are the same in both languages', () => {
    const lines: Line[] = [...german, ['Taxi!', 'Taxi!'], ['OK, super, Anna.', 'OK, super, Anna.']];
    expect(draftFault(draftOf(lines), contextOf('Hund'))).toBeNull();
  });

  test('may repeat a short turn that quotes a long word', () => {
    const word = 'sich über etwas freuen';
    const lines: Line[] = [
      [`Claro: «${word}».`, `Claro: «${word}».`],
      ['¿Y qué significa?', 'E o que significa?'],
    ];
    expect(draftFault(draftOf(lines), contextOf(word, { pair: 'es pt' }))).toBeNull();
  });

  test.each(['de de', 'de-AT de-CH'])('repeat the text if both languages are the same: %s', (pair) => {
    const lines = german.map(([text]): Line => [text, text]);
    expect(draftFault(draftOf(lines), contextOf('Hund', { pair }))).toBeNull();
  });
});
