import { describe, expect, test } from 'vitest';
import { ENGLISH_COURSE } from '../../src/demo/english-course.ts';
import { SPANISH_COURSE } from '../../src/demo/spanish-course.ts';
import { WORD_STATES, wordKey } from '../../src/model/word.ts';

test('the courses are Spanish for an English speaker and English for a Chinese speaker', () => {
  expect(SPANISH_COURSE.profile).toMatchObject({
    id: 'demo',
    nativeLanguage: 'en',
    targetLanguage: 'es',
    level: 'A2',
  });
  expect(ENGLISH_COURSE.profile).toMatchObject({
    id: 'demo-zh',
    nativeLanguage: 'zh-Hans',
    targetLanguage: 'en',
  });
});

test('the words are written in the languages of their courses', () => {
  const latin = /^[\p{Script=Latin} ;()]+$/u;
  for (const [text, translation] of WORD_STATES.flatMap((state) => SPANISH_COURSE.words[state])) {
    expect(text).toMatch(latin);
    expect(translation).toMatch(latin);
  }
  for (const [text, translation] of WORD_STATES.flatMap((state) => ENGLISH_COURSE.words[state])) {
    expect(text).toMatch(latin);
    expect(translation).toMatch(/^[\p{Script=Han}；]+$/u);
  }
});

describe.each([SPANISH_COURSE, ENGLISH_COURSE])('the course $profile.id', ({ profile, words }) => {
  const all = WORD_STATES.flatMap((state) => words[state]);
  const unusedOf = (entries: typeof all) => entries.filter(([, , ...dialogs]) => dialogs.includes('unused'));

  test('has 40 to 60 different words, at least eight in every state', () => {
    expect(new Set(all.map(([text]) => wordKey(text))).size).toBe(all.length);
    expect(new Set(all.map(([, translation]) => translation)).size).toBe(all.length);
    expect(all.length).toBeGreaterThanOrEqual(40);
    expect(all.length).toBeLessThanOrEqual(60);
    for (const state of WORD_STATES) expect(words[state].length).toBeGreaterThanOrEqual(8);
  });

  test('keeps the rules of the pool: one unused dialog per word, after the used ones, and none for learned words', () => {
    for (const [, , ...dialogs] of all) expect(dialogs.slice(0, -1)).not.toContain('unused');
    expect(unusedOf([...words.learned])).toEqual([]);
  });

  test('has used and unused dialogs, and its top-up needs teaching and pending words', () => {
    const missing = profile.minDialogs - unusedOf(all).length;
    const teaching = words.teaching.length - unusedOf([...words.teaching]).length;
    const pending = words.pending.length - unusedOf([...words.pending]).length;
    expect(all.flatMap(([, , ...dialogs]) => dialogs)).toContain('used');
    expect(unusedOf(all).length).toBeGreaterThan(0);
    expect(teaching).toBeGreaterThan(0);
    expect(missing).toBeGreaterThan(teaching);
    expect(missing).toBeLessThanOrEqual(teaching + pending);
  });
});
