import fc from 'fast-check';
import { expect, test } from 'vitest';
import { spokenGloss } from '../../src/adapters/template/spoken-gloss.ts';
import { wordText } from '../../src/graphql/input.ts';
import { draftFault } from '../../src/model/draft/draft-fault.ts';
import { anyCharacter } from '../support/any-character.ts';
import { runs } from '../support/runs.ts';
import { draft, LANGUAGES, request, SCENES } from './course.ts';

const language = fc.constantFrom(...LANGUAGES);

/** The mark at the end of a word decides whether an exclamation adds one. */
const SENTENCE_MARK = /[.!?…。．！？]$/u;

/** Words that a profile may have. A careless insertion would change some of them. */
const hostileWord = fc
  .oneof(
    fc.constantFrom(
      '$&',
      '$1',
      '$`',
      "$'",
      '$$',
      '{word}',
      '\x24{word}',
      '%s',
      '\\',
      '\\n',
      '<b>',
      '</script>',
    ),
    fc.constantFrom('“', '”', '«', '»', '„', '「', '」', '"', "'", '’', '« »', '?', ' !', ':', '¿', '。'),
    fc.constantFrom(
      'كلب',
      'כלב',
      'می\u200cخواهم',
      '(מה)\u200f',
      'Σ',
      'ΟΔΟΣ',
      'İ',
      'ﬁ',
      'ａ',
      '👩‍👩‍👧',
      'e\u0301',
    ),
    fc.string({ unit: anyCharacter, minLength: 1, maxLength: 200 }),
    fc.string({
      unit: fc.constantFrom('$', '{', '}', '&', '`', '«', '“', ' ', '\u0301'),
      minLength: 1,
      maxLength: 9,
    }),
  )
  .filter((text) => wordText.safeParse(text).data === text && text.normalize('NFKC').trim() !== '');

test('a word and the gloss of its translation are inserted verbatim, whatever they are', async () => {
  await fc.assert(
    fc.asyncProperty(
      language,
      language,
      hostileWord,
      fc.option(hostileWord, { nil: null }),
      fc.nat({ max: 2 * SCENES }),
      async (target, native, text, translation, number) => {
        const ask = { target, native, text, translation, number };
        const one = await draft(ask);
        expect(one.turns.map((turn) => turn.text).join('\n')).toContain(text);
        expect(one.turns.map((turn) => turn.translation).join('\n')).toContain(text);
        expect(draftFault(one, request(ask))).toBeNull();

        // With an ordinary word, the rest of the dialog is the same.
        const plainText = `Qwx${SENTENCE_MARK.exec(text)?.[0] ?? ''}`;
        const plain = await draft({
          ...ask,
          text: plainText,
          translation: translation === null ? null : 'Zkj',
        });
        const gloss = translation === null ? null : spokenGloss(translation);
        if (gloss !== null || translation === null) {
          const insert = (line: string) =>
            line
              .split(plainText)
              .map((part) => part.split('Zkj').join(gloss ?? ''))
              .join(text);
          expect(one.turns.map((turn) => turn.text)).toEqual(plain.turns.map((turn) => insert(turn.text)));
          expect(one.turns.map((turn) => turn.translation)).toEqual(
            plain.turns.map((turn) => insert(turn.translation)),
          );
        }
      },
    ),
    { numRuns: runs({ usual: 300, deep: 10_000 }) },
  );
});
