import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Dialog } from '../../src/model/dialog.ts';
import { type Draft, type DraftContext, draftFault } from '../../src/model/draft.ts';

type Line = readonly [text: string, translation: string];

const german: readonly Line[] = [
  ['Wo ist denn der Hund?', 'Where is the dog?'],
  ['Der Hund schläft unter dem Tisch.', 'The dog is asleep under the table.'],
  ['Oh, ist er müde?', 'Oh, is he tired?'],
  ['Ja, er war den ganzen Tag im Park.', 'Yes, he was in the park all day.'],
];

function draftOf(lines: readonly Line[], forms?: readonly string[]): Draft {
  const turns = lines.map(([text, translation], i) => ({ speaker: i % 2 ? 'B' : 'A', text, translation }));
  return { turns, ...(forms && { forms }) };
}

function contextOf(word: string, of: { pair?: string; earlier?: readonly Dialog[] } = {}): DraftContext {
  const [targetLanguage = 'de', nativeLanguage = 'en'] = (of.pair ?? 'de en').split(' ');
  const createdAt = new Date(0);
  return {
    word: { id: 'w', profileId: 'p', text: word, translation: null, state: 'pending', createdAt },
    profile: {
      id: 'p',
      name: 'P',
      nativeLanguage,
      targetLanguage,
      level: null,
      refVoiceId: null,
      minDialogs: 12,
      createdAt,
    },
    earlier: of.earlier ?? [],
  };
}

function dialogOf(lines: readonly Line[]): Dialog {
  return {
    id: 'w.0',
    profileId: 'p',
    wordId: 'w',
    turns: draftOf(lines).turns.map((turn) => ({ ...turn, audio: null })),
    isUsed: true,
    usedAt: new Date(0),
    refVoiceId: null,
    generator: 'any/v1',
    createdAt: new Date(0),
  };
}

/** The draft with one field of one turn exchanged. */
function withField(field: 'speaker' | 'text' | 'translation', value: string): Draft {
  const { turns } = draftOf(german);
  return { turns: turns.map((turn, i) => (i === 2 ? { ...turn, [field]: value } : turn)) };
}

test('a dialog that is as asked for has no fault', () => {
  expect(draftFault(draftOf(german), contextOf('Hund'))).toBeNull();
});

describe('turns', () => {
  test.each([
    ['no turn', []],
    ['one turn', german.slice(0, 1)],
    ['thirteen turns', Array(13).fill(german[0])],
  ])('%s is a fault, with the bounds in it', (_, lines) => {
    expect(draftFault(draftOf(lines), contextOf('Hund'))).toContain(
      `${lines.length} turns; it must have 2 to 12`,
    );
  });

  test.each([2, 12])('%i turns are none', (count) => {
    const lines = Array.from({ length: count }, (_, i): Line => [`Hund ${i}`, `dog ${i}`]);
    expect(draftFault(draftOf(lines), contextOf('Hund'))).toBeNull();
  });

  test('one speaker alone is a fault, also with spaces around the name', () => {
    const turns = draftOf(german).turns.map((turn, i) => ({ ...turn, speaker: i ? ' A' : 'A ' }));
    expect(draftFault({ turns }, contextOf('Hund'))).toContain('at least 2 speakers');
  });

  test.each(['speaker', 'text', 'translation'] as const)('a turn with a blank %s is a fault', (field) => {
    expect(draftFault(withField(field, ' \n'), contextOf('Hund'))).toBe(`turn 3 has no ${field}`);
  });

  test.each([
    ['speaker', 60],
    ['text', 600],
    ['translation', 1200],
  ] as const)('a %s of more than %i characters is a fault', (field, limit) => {
    expect(draftFault(withField(field, 'x'.repeat(limit)), contextOf('Hund'))).toBeNull();
    expect(draftFault(withField(field, 'x'.repeat(limit + 1)), contextOf('Hund'))).toContain(
      `${limit} characters`,
    );
  });

  test.each(['\u0000', '\u001b[31m', '\ud83d'])(
    'characters that cannot be shown are a fault: %j',
    (broken) => {
      expect(draftFault(withField('text', `Oh${broken}`), contextOf('Hund'))).toContain('cannot be shown');
    },
  );

  test('lines, tabs and whole emojis can be shown', () => {
    expect(draftFault(withField('text', 'Oh!\n\t🐶'), contextOf('Hund'))).toBeNull();
  });
});

describe('the word', () => {
  const says = (text: string, word: string, forms?: string[], pair?: string) =>
    draftFault(
      draftOf(
        [
          [text, 'one'],
          ['.', '.'],
        ],
        forms,
      ),
      contextOf(word, pair === undefined ? {} : { pair }),
    );

  test.each([
    ['as it is', 'Mein Hund bellt.', 'Hund'],
    ['in another case', 'HUNDE, wollt ihr ewig leben?', 'hunde'],
    ['with an ending', 'Zwei Hunde bellen.', 'Hund'],
    ['across other white space', 'Ich fahre  Rad\u00a0gern', 'Rad gern'],
    ['without the accents that the list has', 'Где замок?', 'замо́к'],
    ['composed in another way', 'Ein Cafe\u0301.', 'Café'],
    ['without vowel points', 'שלום חבר', 'שָׁלוֹם'],
    ['without its punctuation', 'Na, wie geht’s dir?', "Wie geht's?"],
    ['short and alone', 'Es ist so.', 'so'],
    ['short and after an apostrophe', "Je bois de l'eau.", 'eau'],
    ['of signs alone', 'Das kostet 5 €.', '€'],
    ['of an emoji', 'Das ist 🐶 hier.', '🐶'],
    ['in a script without spaces', '我有一只狗。', '狗'],
    ['with an article written onto it', 'قرأت الكتاب', 'كتاب'],
  ])('%s is in the text', (_, text, word) => {
    expect(says(text, word, [], 'und en')).toBeNull();
  });

  test.each([
    ['not at all', 'Meine Katze schläft.', 'Hund'],
    ['in the translation only', 'eins', 'one'],
    ['within another word where it is short', 'Kein Problem.', 'ein'],
    ['in another tone of the alphabet', 'かぎ', 'かき'],
    ['with another vowel sign', 'किला', 'कला'],
  ])('%s is not in the text', (_, text, word) => {
    expect(says(text, word, [], 'und en')).toBe(
      `the word ${JSON.stringify(word)} is not in the text, nor is a form of it that "forms" names`,
    );
  });

  test.each([
    ['shares no letter with it', 'I was there.', 'be', ['was']],
    ['has its parts apart', 'Ich rufe dich morgen an.', 'anrufen', ['rufe ... an']],
    ['is one of several', 'Sie ging.', 'gehen', ['gegangen', 'ging']],
    ['is in a script without spaces', '食べました', '食べる', ['食べました']],
  ])('a form that %s counts where it is named', (_, text, word, forms) => {
    expect(says(text, word, [], 'und en')).not.toBeNull();
    expect(says(text, word, forms, 'und en')).toBeNull();
  });

  test.each([
    ['is not in the text', 'Sie ist da.', 'gehen', ['ging']],
    ['is within another word', 'Der Eingang ist da.', 'gehen', ['gang']],
    ['is empty', 'Sie ist da.', 'gehen', ['', ' ... ']],
    ['has but one of its parts there', 'Ich rufe dich.', 'anrufen', ['rufe ... an']],
  ])('a form that %s does not count', (_, text, word, forms) => {
    expect(says(text, word, forms, 'und en')).not.toBeNull();
  });

  test('is not made up of the end of one turn and the beginning of the next', () => {
    const lines: Line[] = [
      ['Das ist ein Rad', 'one'],
      ['gern geschehen', 'two'],
    ];
    expect(draftFault(draftOf(lines), contextOf('Rad gern'))).not.toBeNull();
    expect(draftFault(draftOf(lines), contextOf('ein Rad'))).toBeNull();
  });

  test('is found whatever it is, where it is cited', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }), (word) => {
        fc.pre(word.trim() !== '' && !/\p{Cc}|\p{Cs}/u.test(word));
        expect(says(`Was heißt „${word}“?`, word, [], 'und en')).toBeNull();
      }),
    );
  });
});

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

  test.each(Object.entries(hello))('of %s is told from every other', (language, text) => {
    expect(inLanguage(`${language} nv`, [[text, 'Yáʼátʼééh']])).toBeNull();
    const script = (tag: string) => new Intl.Locale(tag).maximize().script?.replace(/Hans|Hant/u, 'Hani');
    for (const [other, wrong] of Object.entries(hello)) {
      if (script(other) === script(language)) continue;
      // Japanese has enough Chinese characters in it to pass for Chinese; the other way round it is noticed.
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
    ['names and quoted words of another one', 'ru en', 'Ты уже видел новый фильм «Star Wars» в кино?'],
    ['a long foreign name in few characters', 'zh en', '我想买一部 iPhone 手机。'],
    ['characters among the kana', 'ja en', '東京大学図書館は今日休館です。'],
    ['nothing but numbers', 'ru en', '5? – 7!'],
  ])('may have %s', (_, pair, text) => {
    expect(inLanguage(pair, [[text, 'Something in English.']])).toBeNull();
  });

  test('of the word itself does not matter, however long it is', () => {
    const word = 'Donaudampfschifffahrtsgesellschaft';
    expect(inLanguage('ru en', [[`Что такое «${word}»?`, `What is “${word}”?`]], word)).toBeNull();
  });

  test('is not judged in languages that have several, unless the tag names it', () => {
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

  test('may be the same for what both languages say in the same way', () => {
    const lines: Line[] = [...german, ['Taxi!', 'Taxi!'], ['OK, super, Anna.', 'OK, super, Anna.']];
    expect(draftFault(draftOf(lines), contextOf('Hund'))).toBeNull();
  });

  test('may be the same in a short turn that cites a long word', () => {
    const word = 'sich über etwas freuen';
    const lines: Line[] = [
      [`Claro: «${word}».`, `Claro: «${word}».`],
      ['¿Y qué significa?', 'E o que significa?'],
    ];
    expect(draftFault(draftOf(lines), contextOf(word, { pair: 'es pt' }))).toBeNull();
  });

  test.each(['de de', 'de-AT de-CH'])(
    'repeat the text where a course teaches a language in itself: %s',
    (pair) => {
      const lines = german.map(([text]): Line => [text, text]);
      expect(draftFault(draftOf(lines), contextOf('Hund', { pair }))).toBeNull();
    },
  );
});

describe('repetition', () => {
  const earlier = [dialogOf([['Etwas anderes.', 'Something else.']]), dialogOf(german)];
  const change = (from: string, to: string) => german.map(([text, of]): Line => [text.replace(from, to), of]);
  const nearlyTheSame = 'the dialog is nearly the same as an earlier one for this word';

  test.each([
    ['the same again', german],
    ['other punctuation', change('?', '!')],
    ['one word exchanged', change('Tisch', 'Bett')],
    ['another order', german.toReversed()],
    ['one turn more', [...german, ['Gute Idee.', 'Good idea.'] as const]],
  ])('%s is a fault', (_, lines) => {
    expect(draftFault(draftOf(lines), contextOf('Hund', { earlier }))).toBe(nearlyTheSame);
  });

  test('another dialog about the same word is none, also where it begins in the same way', () => {
    const other: Line[] = [
      ['Wo ist denn der Hund?', 'Where is the dog?'],
      ['Ich glaube, er ist mit Papa spazieren gegangen.', 'I think he went for a walk with Dad.'],
      ['Schade, ich wollte mit ihm spielen.', 'A pity, I wanted to play with him.'],
      ['Sie kommen gleich zurück.', 'They will be back soon.'],
    ];
    expect(draftFault(draftOf(other), contextOf('Hund', { earlier }))).toBeNull();
  });

  test('a long phrase that both dialogs cite does not make them the same', () => {
    const word =
      'Wer anderen eine Grube gräbt, fällt selbst hinein, und wer im Glashaus sitzt, soll nicht mit Steinen werfen';
    const asked: Line[] = [
      [`Was heißt: ${word}?`, 'What?'],
      ['Keine Ahnung.', 'No idea.'],
    ];
    const now: Line[] = [
      [`Sag: ${word}!`, 'Say it!'],
      ['Nein.', 'No.'],
    ];
    const before = [dialogOf(asked)];
    expect(draftFault(draftOf(now), contextOf(word, { earlier: before }))).toBeNull();
  });
});

test('no draft whatever makes the check itself fail', () => {
  const text = fc.string({ unit: 'binary', maxLength: 40 });
  const turns = fc.array(fc.record({ speaker: text, text, translation: text }), { maxLength: 14 });
  fc.assert(
    fc.property(turns, fc.array(text), text, text, text, (drafted, forms, word, target, native) => {
      const context = contextOf(word, { earlier: [dialogOf(german)] });
      const profile = { ...context.profile, targetLanguage: target, nativeLanguage: native };
      const fault = draftFault({ turns: drafted, forms }, { ...context, profile });
      expect(fault === null || fault.length > 0).toBe(true);
    }),
  );
});
