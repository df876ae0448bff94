import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { documentCache, MAX_CHARACTERS } from '../../src/http/limits/document-cache.ts';

/** A document of the given length in characters. */
const textOf = (characters: number, name: string) => `query ${name} { id }`.padEnd(characters);

test('the cache keeps the documents that were used last, up to a total length', () => {
  const cache = documentCache();
  const third = Math.floor(MAX_CHARACTERS / 3);
  const [a, b, c, d] = [textOf(third, 'A'), textOf(third, 'B'), textOf(third, 'C'), textOf(third, 'D')];
  for (const text of [a, b, c]) cache.set(text, parse(text));
  expect(cache.get(a)).toBeDefined();
  cache.set(d, parse(d));
  expect([a, b, c, d].map((text) => cache.has(text))).toEqual([true, false, true, true]);
});

test('a document that is longer than the whole cache is not cached and displaces no other', () => {
  const cache = documentCache();
  const long = textOf(MAX_CHARACTERS + 1, 'Long');
  cache.set('{ id }', parse('{ id }'));
  cache.set(long, parse(long));
  expect(cache.has(long)).toBe(false);
  expect(cache.has('{ id }')).toBe(true);
});
