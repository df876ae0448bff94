import fc from 'fast-check';
import { expect, test } from 'vitest';
import { objectsIn } from '../../src/adapters/llm/objects-in.ts';
import { runs } from '../support/runs.ts';

/** Finds the same objects as `objectsIn`, by trying every opening brace with every later closing brace. */
function objectsByTrying(text: string): string[] {
  const found: string[] = [];
  for (let start = text.indexOf('{'); start !== -1; ) {
    const object = shortestObject(text, start);
    if (object !== null && Object.keys(JSON.parse(object)).length > 0) found.push(object);
    start = text.indexOf('{', object === null ? start + 1 : start + object.length);
  }
  return found;
}

function shortestObject(text: string, start: number): string | null {
  for (let end = text.indexOf('}', start); end !== -1; end = text.indexOf('}', end + 1)) {
    const part = text.slice(start, end + 1);
    try {
      JSON.parse(part);
      return part;
    } catch {
      // No object ends here.
    }
  }
  return null;
}

test('the objects found in a text are those that JSON.parse accepts', () => {
  const piece = fc.constantFrom(
    ...[
      '{',
      '}',
      '[',
      ']',
      '"',
      '\\',
      ':',
      ',',
      '"a"',
      '1',
      '-',
      '0',
      '1.5e3',
      '.',
      'null',
      'true',
      ' ',
      '\n',
    ],
    ...[
      '\t',
      'x',
      '{"a":1}',
      '{"b":[',
      '"turns":',
      '\\"',
      '\\u0041',
      '\\u00',
      '\u0000',
      'ü',
      '\u00a0',
      '\ud83d',
    ],
  );
  fc.assert(
    fc.property(fc.oneof(fc.array(piece, { maxLength: 16 }), fc.array(fc.json())), (pieces) => {
      const text = pieces.join('');
      expect(objectsIn(text)).toEqual(objectsByTrying(text));
    }),
    { numRuns: runs({ usual: 600, deep: 200_000 }) },
  );
});
