import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wordText } from '../../src/graphql/input.ts';
import { draftFault } from '../../src/model/draft/draft-fault.ts';
import { contextOf, draftOf, type Line } from './drafts.ts';

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
    ['unchanged', 'Mein Hund bellt.', 'Hund'],
    ['in another case', 'HUNDE, wollt ihr ewig leben?', 'hunde'],
    ['with an ending', 'Zwei Hunde bellen.', 'Hund'],
    ['with other white space', 'Ich fahre  Rad\u00a0gern', 'Rad gern'],
    ['without the accents that the word has', 'Где замок?', 'замо́к'],
    ['in another Unicode normal form', 'Ein Cafe\u0301.', 'Café'],
    ['without vowel points', 'שלום חבר', 'שָׁלוֹם'],
    ['without its punctuation', 'Na, wie geht’s dir?', "Wie geht's?"],
    ['short and a whole word', 'Es ist so.', 'so'],
    ['short and after an apostrophe', "Je bois de l'eau.", 'eau'],
    ['short and typed without its accents', 'Tôi thích phở.', 'pho'],
    ['short and with its tone mark on another letter', 'Họ làm hòa.', 'hoà'],
    ['short and with a comma in place of a cedilla', 'Ana și eu.', 'şi'],
    ['short and without the macron of a textbook', 'Res est.', 'rēs'],
    ['short, with accents and after a Turkish capital', 'İş çok.', 'iş'],
    ['long and with another accent', 'Perché no?', 'perchè'],
    ['made of symbols', 'Das kostet 5 €.', '€'],
    ['an emoji', 'Das ist 🐶 hier.', '🐶'],
    ['in a script without spaces', '我有一只狗。', '狗'],
    ['with an article attached to it', 'قرأت الكتاب', 'كتاب'],
    ['with a Turkish capital', 'Işık açık mı?', 'ışık'],
    ['with another apostrophe', 'У мене п’ять яблук.', 'п\u02bcять'],
    ['with an apostrophe that is a letter', 'O\u02bbzbekiston katta.', "O'zbekiston"],
    ['as a Persian keyboard writes it', 'این \u06a9تاب است', '\u0643تاب'],
    ['with the Persian form of its last letter', 'من عل\u06cc هستم', 'عل\u064a'],
    ['in capitals, which have no ß', 'DIE STRASSE IST LANG', 'Straße'],
    ['with a ligature', 'Il a bon cœur.', 'coeur'],
    ['without a joiner', 'क्या हाल है', 'क्\u200dया'],
  ])('%s is in the text', (_, text, word) => {
    expect(says(text, word, [], 'und en')).toBeNull();
  });

  test.each([
    ['not at all', 'Meine Katze schläft.', 'Hund'],
    ['in the translation only', 'eins', 'one'],
    ['inside another word if it is short', 'Kein Problem.', 'ein'],
    ['short and with other accents', 'Bạn tôi đến.', 'bán'],
    ['short and without its accent', 'Il a la clé.', 'là'],
    ['with another voicing mark', 'かぎ', 'かき'],
    ['with another vowel sign', 'किला', 'कला'],
  ])('%s is not in the text', (_, text, word) => {
    expect(says(text, word, [], 'und en')).toBe(
      `the word ${JSON.stringify(word)} is not in the text, nor is a form of it that "forms" names`,
    );
  });

  test.each([
    ['shares no letter with the word', 'I was there.', 'be', ['was']],
    ['has separated parts', 'Ich rufe dich morgen an.', 'anrufen', ['rufe ... an']],
    ['is one of several', 'Sie ging.', 'gehen', ['gegangen', 'ging']],
    ['is in a script without spaces', '食べました', '食べる', ['食べました']],
  ])('a form that %s counts if it is named', (_, text, word, forms) => {
    expect(says(text, word, [], 'und en')).not.toBeNull();
    expect(says(text, word, forms, 'und en')).toBeNull();
  });

  test.each([
    ['is not in the text', 'Sie ist da.', 'gehen', ['ging']],
    ['is inside another word', 'Der Eingang ist da.', 'gehen', ['gang']],
    ['is short and has other accents', 'Bạn tôi đến.', 'mua', ['bán']],
    ['is empty', 'Sie ist da.', 'gehen', ['', ' ... ']],
    ['has only one of its parts in the text', 'Ich rufe dich.', 'anrufen', ['rufe ... an']],
  ])('a form that %s does not count', (_, text, word, forms) => {
    expect(says(text, word, forms, 'und en')).not.toBeNull();
  });

  test('must be within one turn', () => {
    const lines: Line[] = [
      ['Das ist ein Rad', 'one'],
      ['gern geschehen', 'two'],
    ];
    expect(draftFault(draftOf(lines), contextOf('Rad gern'))).not.toBeNull();
    expect(draftFault(draftOf(lines), contextOf('ein Rad'))).toBeNull();
  });

  test('is found in quotation marks, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }), (word) => {
        fc.pre(wordText.safeParse(word).data === word);
        expect(says(`Was heißt „${word}“?`, word, [], 'und en')).toBeNull();
      }),
    );
  });
});
