import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createCourse } from '../support/course.ts';
import { runs } from '../support/runs.ts';
import { STORES } from '../support/stores.ts';
import { openImportApp } from './import-app.ts';

/** Pieces of texts that a table, a spreadsheet or Anki could take for something else, and scripts of all kinds. */
const PIECES = [
  ...[
    ',',
    ';',
    '\t',
    '|',
    '"',
    '""',
    "'",
    "''",
    '\n',
    '\r\n',
    '\r',
    ' ',
    '  ',
    '\u00a0',
    '\u3000',
    '\\',
    '\\n',
  ],
  ...[
    '=',
    '+',
    '-',
    '@',
    '=1+1',
    '＝',
    '@SUM(1)',
    '#',
    '#separator:comma',
    '#columns:a',
    '#1',
    '<b>',
    '&amp;',
  ],
  ...[
    '{{c1::x}}',
    'text',
    'translation',
    'PENDING',
    '\ufeff',
    'ñ',
    'n\u0303',
    'ß',
    'İ',
    'ﬁ',
    'Árbol',
    'straße',
  ],
  ...[
    'слово',
    'λέξη',
    'مرحبا',
    'שָׁלוֹם',
    'नमस्ते',
    'สวัสดี',
    'ភាសា',
    '漢字',
    'かな',
    '한국어',
    '𠮷',
    '👩‍👩‍👧',
    '🏴󠁧󠁢󠁳󠁣󠁴󠁿',
    '1',
    'a',
  ],
];

const text = fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'grapheme', maxLength: 4 })), {
  minLength: 1,
  maxLength: 8,
});
const timeUntil = (max: string) => fc.date({ min: new Date(0), max: new Date(max), noInvalidDate: true });
/** The cells of a memory with any numbers within the limits. */
const memory = fc
  .record({
    stability: fc.double({ min: 0.001, max: 36_500, noNaN: true }),
    difficulty: fc.double({ min: 1, max: 10, noNaN: true }),
    times: fc.tuple(timeUntil('2026-01-01T00:00:00Z'), timeUntil('2100-01-01T00:00:00Z')),
    reviews: fc.integer({ min: 1, max: 1_000_000 }),
    lapses: fc.nat(1_000_000),
  })
  .map(({ stability, difficulty, times, reviews, lapses }) => {
    const [last = '', due = ''] = times.map((one) => one.toISOString()).toSorted();
    return [stability, difficulty, due, reviews, Math.min(reviews, lapses), last].map(String);
  });
const row = fc.record({
  text: text.map((parts) => parts.join('')),
  translation: text.map((parts) => parts.join('')),
  state: fc.constantFrom<string>('PENDING', 'TEACHING', 'LEARNED', ''),
  /** Several words with one date are in no order of their own. */
  createdAt: fc.constantFrom<string>(
    '',
    '2024-01-01T00:00:00.000Z',
    '2024-01-01T00:00:00.001Z',
    '1999-12-31T23:59:59.999Z',
  ),
  memory: fc.option(memory, { nil: Array(6).fill('') }),
});

/** Always the first run, since few random runs need not contain a memory. */
const WITH_MEMORY = {
  text: 'casa',
  translation: 'house',
  state: 'TEACHING',
  createdAt: '2024-01-01T00:00:00.000Z',
  memory: ['12.5', '5.25', '2026-03-01T08:00:00.000Z', '4', '1', '2026-02-16T08:00:00.000Z'],
};

const HEADER = 'text,translation,state,created_at,stability,difficulty,due,reviews,lapses,last_reviewed_at';

const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;

test.each(STORES)('importing an export gives the same words and bytes, on $name', async ({ open, share }) => {
  const app = await openImportApp({ store: await open() });
  const exported = async (id: string, format: string) => {
    const response = await app.app.fetch(`http://127.0.0.1/export/${id}.${format}`);
    expect(response.status).toBe(200);
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await response.arrayBuffer());
  };
  let profiles = 0;
  let words = 0;
  let memories = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 30 }), async (rows) => {
      profiles += 1;
      const ids = ['first', 'csv', 'tsv'].map((name) => `${name}-${profiles}`);
      for (const id of ids) await createCourse(app.store, { id });
      const [first = '', second = '', third = ''] = ids;
      const table = rows.map(({ text: word, translation, state, createdAt, memory: cells }) =>
        [word, translation, state, createdAt, ...cells].map(quoted).join(','),
      );
      const input = [HEADER, ...table].join('\n');
      const { added } = await app.importWords(input, { partial: true }, first);
      words += added;

      const [csv, tsv, json] = await Promise.all(
        ['csv', 'tsv', 'json'].map((format) => exported(first, format)),
      );
      const taken = { added, existing: 0, repeated: 0, rejected: [], rejectedTotal: 0 };
      expect(await app.importWords(csv ?? '', { format: 'CSV' }, second)).toEqual(taken);
      expect(await app.importWords(tsv ?? '', { format: 'TSV' }, third)).toEqual(taken);
      for (const id of [second, third]) {
        expect((await app.listed(id)).toSorted()).toEqual((await app.listed(first)).toSorted());
        expect(await exported(id, 'csv')).toBe(csv);
        expect(await exported(id, 'tsv')).toBe(tsv);
        expect(await exported(id, 'json')).toBe(json);
      }
      const { words: exportedRows }: { words: { stability: number | null }[] } = JSON.parse(json ?? '');
      expect(exportedRows).toHaveLength(added);
      const given = new Set(rows.map(({ memory: [stability] }) => String(stability)));
      for (const { stability } of exportedRows) {
        if (stability !== null) memories += 1;
        expect(given).toContain(String(stability ?? ''));
      }
    }),
    { numRuns: Math.ceil(share * runs({ usual: 15, deep: 500 })), examples: [[[WITH_MEMORY]]] },
  );
  expect(words).toBeGreaterThan(0);
  expect(memories).toBeGreaterThan(0);
});
