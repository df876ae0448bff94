import fc from 'fast-check';
import { expect, test } from 'vitest';
import { selfCheck, wordsIn } from '../../src/learning/self-check.ts';
import { anyCharacter } from '../support/any-character.ts';

const dialogOf = (...texts: string[]) => ({
  turns: texts.map((text) => ({ speaker: 'A', text, translation: null, audio: null })),
});

test('the share of known words leaves out the word that the dialog is for', () => {
  const dialog = dialogOf('Der Hund schläft.', 'Nein, der Hund bellt!');
  const check = selfCheck(dialog, { text: 'Hund' }, 'de', ['der', 'Schläft', 'Hund', 'Katze']);
  // der, schläft, nein, bellt
  expect(check).toEqual({ knownShare: 0.5, targetUsed: true, language: 'de' });
});

test('a dialog without its word is found out, and an inflected form is accepted', () => {
  expect(selfCheck(dialogOf('Die Katze.'), { text: 'Hund' }, 'de', []).targetUsed).toBe(false);
  expect(selfCheck(dialogOf('Zwei Hunde.'), { text: 'Hund' }, 'de', []).targetUsed).toBe(true);
});

test('words of languages without spaces are told apart', () => {
  expect(wordsIn('我喜欢苹果。', 'zh')).toEqual(['我', '喜欢', '苹果']);
  expect(selfCheck(dialogOf('我喜欢苹果。'), { text: '苹果' }, 'zh', ['喜欢'])).toEqual({
    knownShare: 0.5,
    targetUsed: true,
    language: 'zh',
  });
});

test('words are distinct and bounded, whatever the text and the tag', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 2_000, unit: anyCharacter }),
      fc.string({ maxLength: 10 }),
      (text, language) => {
        const words = wordsIn(text, language);
        expect(new Set(words).size).toBe(words.length);
        const { knownShare } = selfCheck(dialogOf(text), { text: 'x' }, language, words);
        expect(knownShare).toBeGreaterThanOrEqual(0);
        expect(knownShare).toBeLessThanOrEqual(1);
      },
    ),
  );
  const long = Array.from({ length: 50_000 }, (_, i) => `w${i}`).join(' ');
  expect(wordsIn(long, 'en').length).toBe(300);
  expect(wordsIn('a'.repeat(1_000_000), 'en')).toEqual(['a'.repeat(8_000)]);
});
