import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { contentsOf } from '../support/contents.ts';
import { openImportApp } from './import-app.ts';

const utf16 = (text: string) => Buffer.from(text, 'utf16le').toString('utf8');
const QUOTES = 'A quotation mark is in the wrong place.';

const MEMORY = 'text,stability,difficulty,due,reviews,lapses,last_reviewed_at';

/** Malformed texts; for each, the lines that are rejected with their reasons, or the message of the error. */
const MALFORMED: readonly [what: string, text: string, outcome: [number, string][] | string][] = [
  ['a byte order mark in the middle', 'casa\nper\ufeffro', [[2, 'invisible character U+FEFF']]],
  ['a hidden direction mark', 'casa\u202eabc', [[1, 'invisible character U+202E']]],
  ['mixed separators', 'text,state\ncasa,new\nperro;learned\nsol\tknown,x', [[4, 'The state is not known.']]],
  ['a quotation mark that is not closed', 'casa,house\n"perro,dog\nsol,sun', [[2, QUOTES]]],
  ['a quotation mark that is not closed at the end', 'casa,house\nperro,"', [[2, QUOTES]]],
  ['text after a closing quotation mark', 'casa\n"perro"x,dog\nsol', [[2, QUOTES]]],
  ['only a quotation mark', '"', [[1, QUOTES]]],
  ['a quotation mark that is not closed in a long text', `casa\n"${'x'.repeat(150_000)}`, [[2, QUOTES]]],
  [
    'a row that does not end',
    `casa\n"x\n${'x'.repeat(80_000)}\n${'x'.repeat(80_000)}",y`,
    [
      [2, 'The row does not end within 100000'],
      [3, 'The text must have 1 to 200 characters, and has 80000'],
      [4, 'The text must have 1 to 200 characters, and has 80001'],
    ],
  ],
  [
    'a row that is too long',
    `casa\n${'x'.repeat(150_000)}\nsol`,
    [[2, 'The row does not end within 100000']],
  ],
  [
    '200 columns without a text',
    `${','.repeat(199)}x`,
    [[1, 'The text must have 1 to 200 characters, and has 0']],
  ],
  ['UTF-16', utf16('casa,house\nperro,dog'), 'input.text: is not text in UTF-8'],
  ['UTF-16 with its mark', utf16('\ufeffcasa'), 'input.text: is not text in UTF-8'],
  ['an archive', `PK\u0003\u0004\u0014\0\0\0${'x'.repeat(50)}`, 'input.text: is not text in UTF-8'],
  ['a database', 'SQLite format 3\0\u0010\0', 'input.text: is not text in UTF-8'],
  ['a control character', 'casa\nper\u0007ro', [[2, 'The text must not contain control characters']]],
  [
    'a control character in a translation',
    'casa,ho\u001bse',
    [[1, 'The translation must not contain control']],
  ],
  [
    'half a surrogate pair',
    'casa\nper\ud83dro',
    [[2, 'The text must not contain control characters or broken']],
  ],
  [
    'a text of 201 characters',
    'x'.repeat(201),
    [[1, 'The text must have 1 to 200 characters, and has 201.']],
  ],
  [
    'a translation of 501 characters',
    `casa,${'x'.repeat(501)}`,
    [[1, 'The translation must have 1 to 500 characters, and has 501.']],
  ],
  ['a row without a text', 'text,translation\n,house', [[2, 'The text must have 1 to 200']]],
  ['a row that is too short', 'translation,text\nhouse', [[2, 'The text must have 1 to 200']]],
  ['a text that is invisible', 'casa\n\u2800', [[2, 'The text must have a visible character.']]],
  ['a state that is not known', 'text,state\ncasa,sleeping', [[2, 'The state is not known.']]],
  ['a state that is very long', `text,state\ncasa,${'new '.repeat(9_000)}`, [[2, 'The state is not known.']]],
  ['a number that is no state of Lute', 'text,status\ncasa,6', [[2, 'The state is not known.']]],
  ['a word that Lute ignores', 'term,status\nMadrid,98', [[2, 'The word is ignored in the program']]],
  ['a word that LinguaCafe ignores', 'Word|Stage\nMadrid|1', [[2, 'The word is ignored in the program']]],
  ['a date that is none', 'text,created_at\ncasa,yesterday', [[2, 'The date is not a time']]],
  [
    'a date that does not exist',
    'text,created_at\ncasa,2026-13-45T00:00:00Z',
    [[2, 'The date is not a time']],
  ],
  [
    'a day that its month does not have',
    'text,created_at\ncasa,2026-02-30T00:00:00Z',
    [[2, 'The date is not a time']],
  ],
  [
    'an hour after the last one',
    'text,created_at\ncasa,2026-02-28T24:00:00Z',
    [[2, 'The date is not a time']],
  ],
  ['a date without a time', 'text,created_at\ncasa,2026-01-31', [[2, 'The date is not a time']]],
  [
    'a stability of 0',
    `${MEMORY}\ncasa,0,5,2026-01-05T00:00:00Z,4,1,2026-01-01T00:00:00Z`,
    [[2, 'The memory is incomplete or wrong: stability must be a number from 0.001 to 36500']],
  ],
  [
    'a stability that is not finite',
    `${MEMORY}\ncasa,1e9,5,2026-01-05T00:00:00Z,4,1,2026-01-01T00:00:00Z`,
    [[2, 'The memory is incomplete or wrong: stability must']],
  ],
  [
    'a difficulty of 11',
    `${MEMORY}\ncasa,3.5,11,2026-01-05T00:00:00Z,4,1,2026-01-01T00:00:00Z`,
    [[2, 'The memory is incomplete or wrong: difficulty must be a number from 1 to 10']],
  ],
  [
    'a due date that does not exist',
    `${MEMORY}\ncasa,3.5,5,2026-13-01T00:00:00Z,4,1,2026-01-01T00:00:00Z`,
    [[2, 'The memory is incomplete or wrong: due must be a time']],
  ],
  [
    'a last review on a day that its month does not have',
    `${MEMORY}\ncasa,3.5,5,2026-01-05T00:00:00Z,4,1,2025-11-31T00:00:00Z`,
    [[2, 'The memory is incomplete or wrong: last_reviewed_at must be a time']],
  ],
  [
    'a due date before the last review',
    `${MEMORY}\ncasa,3.5,5,2025-12-31T00:00:00Z,4,1,2026-01-01T00:00:00Z`,
    [
      [
        2,
        'The memory is incomplete or wrong: due must be a time such as 2026-01-31T12:00:00.000Z, and not before',
      ],
    ],
  ],
  [
    'half a review',
    `${MEMORY}\ncasa,3.5,5,2026-01-05T00:00:00Z,1.5,1,2026-01-01T00:00:00Z`,
    [[2, 'The memory is incomplete or wrong: reviews must be a whole number from 1']],
  ],
  [
    'more lapses than reviews',
    `${MEMORY}\ncasa,3.5,5,2026-01-05T00:00:00Z,4,5,2026-01-01T00:00:00Z`,
    [[2, 'The memory is incomplete or wrong: lapses must be a whole number up to that of reviews']],
  ],
  [
    'a memory without its last review',
    `${MEMORY}\ncasa,3.5,5,2026-01-05T00:00:00Z,4,1,`,
    [[2, 'The memory is incomplete or wrong: last_reviewed_at must be a time']],
  ],
  [
    'a memory of the future',
    `${MEMORY}\ncasa,3.5,5,2999-01-05T00:00:00Z,4,1,2999-01-01T00:00:00Z`,
    [[2, 'The memory is incomplete or wrong: last_reviewed_at must not be in the future']],
  ],
  ['a header of Anki that names no text', '#columns:Deck,Tags\n,x', [[2, 'The text must have 1 to 200']]],
  [
    'a line after the separator for Excel',
    'sep=|\ntext|state\ncasa|sleeping',
    [[3, 'The state is not known.']],
  ],
  ['a header of Anki with an impossible separator', '#separator:"\n"', [[2, QUOTES]]],
  ['only separators with a quotation mark', ',,,"', [[1, QUOTES]]],
  [
    'more than 1,000 tags',
    `#html:true\n${'<b>'.repeat(500)}casa${'</i>'.repeat(501)}`,
    [[2, 'The text must have 1 to 200 characters, and has 3508']],
  ],
  ['nested tags that do not end', `#html:true\n${'<b>'.repeat(9_000)}`, [[2, 'The text must have 1 to 200']]],
];

describe('a malformed text changes nothing and is reported', () => {
  test.each(MALFORMED)('%s', async (_, text, outcome) => {
    const app = await openImportApp();
    await app.importWords('sol,sun');
    const before = await contentsOf(app.store);
    if (typeof outcome === 'string') {
      const [code, message] = await app.refused(text);
      expect(code).toBe('BAD_USER_INPUT');
      expect(message).toContain(outcome);
    } else {
      const { added, rejected } = await app.importWords(text);
      expect(rejected.map(({ line }) => line)).toEqual(outcome.map(([line]) => line));
      for (const [i, [, reason]] of outcome.entries()) expect(rejected[i]?.reason).toContain(reason);
      expect(added).toBe(0);
    }
    expect(await contentsOf(app.store)).toEqual(before);
    expect(app.log.lines.filter((line) => line.startsWith('error'))).toEqual([]);
  });

  test('random bytes are refused or reported, and never an error of the server', async () => {
    const app = await openImportApp();
    for (let i = 0; i < 40; i += 1) {
      const text = randomBytes(2_000)
        .toString('latin1')
        .replaceAll('\0', i % 2 ? '' : '\0');
      const code = await app.importWords(text).then(
        ({ rejectedTotal }) => (rejectedTotal > 0 ? 'reported' : 'taken'),
        (error: unknown) => (String(error).includes('BAD_USER_INPUT') ? 'reported' : String(error)),
      );
      expect(code).toBe('reported');
    }
    expect(await app.listed()).toEqual([]);
  });
});

describe('a stray quotation mark', () => {
  test.each([
    ['before more text', '"sein" v.,to be', ','],
    ['that nothing closes', '"sein,to be', ','],
    ['in a later cell', 'sein,"to be', ','],
    ['in a TSV', '"sein" v.\tto be', '\t'],
  ])('%s costs its own line only', async (_, stray, separator) => {
    const app = await openImportApp();
    const lines = Array.from({ length: 1_000 }, (_line, i) => `palabra ${i}${separator}word ${i}`);
    lines[9] = stray;
    lines[700] = `"haben"${separator}to have`;
    lines[800] = `"sagen"${separator}"to ""say"""`;
    const format = separator === ',' ? 'CSV' : 'TSV';
    const { added, rejected } = await app.importWords(lines.join('\n'), { format, partial: true });
    expect(rejected).toEqual([{ line: 10, reason: expect.stringContaining(QUOTES) }]);
    expect(added).toBe(999);
    const listed = await app.listed();
    expect(listed.slice(8, 10)).toEqual(['palabra 8 = word 8 PENDING', 'palabra 10 = word 10 PENDING']);
    expect(listed).toContain('sagen = to "say" PENDING');
  });

  test('on every line of a long text is reported for every line', async () => {
    const app = await openImportApp();
    // Each row reaches far below: what opens a cell on one line is closed on the next, where another one opens.
    const text = `a","b${'x'.repeat(40)}\n`.repeat(19_000);
    const { added, rejected, rejectedTotal } = await app.importWords(text, { partial: true });
    expect([added, rejectedTotal]).toEqual([0, 19_000]);
    expect(rejected.map(({ line }) => line)).toEqual(Array.from({ length: 1_000 }, (_, i) => i + 1));
  });
});
