import { describe, expect, test } from 'vitest';
import { reviewed } from '../../src/learning/fsrs.ts';
import type { Memory } from '../../src/model/memory.ts';
import type { Grade } from '../../src/model/review.ts';
import {
  LEARNING,
  MATURE,
  NEW,
  newPackage,
  oldPackage,
  SUSPENDED,
  type TestCard,
  YOUNG,
} from './anki-deck.ts';
import { openImportApp } from './import-app.ts';

const DAY_MS = 86_400_000;
const day = (number: number, hour = 0) => Date.UTC(2024, 0, 1, hour) + number * DAY_MS;
const HOME = { types: { Basic: ['Front', 'Back'] } };

const learnedFrom = (reviews: readonly (readonly [at: number, grade: Grade])[]): Memory | null =>
  reviews.reduce<Memory | null>((memory, [at, grade]) => reviewed(memory, grade, new Date(at)), null);

/** The numbers that decide about a memory, of each word by its text. */
async function imported(bytes: Buffer) {
  const app = await openImportApp();
  const url = 'http://127.0.0.1/import/anki?profile=course&text=Front';
  const headers = { 'content-type': 'application/octet-stream' };
  const response = await app.app.fetch(url, { method: 'POST', headers, body: bytes });
  expect(await response.json()).toMatchObject({ rejected: [] });
  const { nodes } = await app.store.wordPage('course', null, { first: 100, after: null });
  return new Map(nodes.map(({ text, memory }) => [text, memory]));
}

describe.each([
  ['old', oldPackage],
  ['new', newPackage],
])('from a package in the %s format', (_, packageOf) => {
  test('the review log becomes the memory of the word', async () => {
    const log = (...rows: Required<TestCard>['log']) => rows;
    const notes: Readonly<Record<string, readonly TestCard[]>> = {
      once: [{ ...YOUNG, log: log([day(0), 3, 0]) }],
      lapsed: [{ ...MATURE, log: log([day(0), 4, 0], [day(5), 1], [day(5, 1), 3, 2], [day(9), 2, 3]) }],
      byHand: [{ ...MATURE, log: log([day(0), 3, 0], [day(3), 0, 4], [day(4), 3, 4], [day(5), 3, 5]) }],
      twoCards: [
        { ...YOUNG, log: log([day(0, 1), 3, 0], [day(8), 3]) },
        { ...YOUNG, log: log([day(0, 0), 1, 0], [day(4), 3]) },
      ],
      reset: [{ ...NEW, log: log([day(1), 3]) }],
      resetAndAnswered: [
        {
          ...LEARNING,
          log: log([day(0), 3, 0], [day(4), 3], [day(6), 0, 4, 0], [day(8), 1, 0, 0], [day(9), 3]),
        },
        { ...YOUNG, log: log([day(3), 3]) },
      ],
      resetTwice: [
        {
          ...YOUNG,
          log: log([day(0), 3], [day(2), 0, 4, 0], [day(4), 1], [day(6), 0, 4, 0], [day(8), 3, 0, 0]),
        },
      ],
      crammed: [
        { ...MATURE, log: log([day(0), 3, 0], [day(3), 1, 3, 0], [day(6), 3, 1], [day(9), 4, 3, 0]) },
      ],
      mixed: [
        { ...SUSPENDED, log: log([day(2), 1]) },
        { ...YOUNG, log: log([day(6), 3]) },
      ],
      future: [{ ...YOUNG, log: log([day(7), 3], [Date.UTC(2999, 0), 1]) }],
      silent: [YOUNG],
    };
    // Every row of the log has an id of its own: its time.
    let rows = 0;
    const apart = (cards: readonly TestCard[]) =>
      cards.map(({ log: own = [], ...card }) => ({
        ...card,
        log: own.map(([at, ...rest]) => {
          rows += 1;
          return [at + rows, ...rest] as const;
        }),
      }));
    const deck = Object.entries(notes).map(([text, cards]) => ({
      type: 'Basic',
      fields: [text, ''],
      cards: apart(cards),
    }));
    const memories = await imported(await packageOf({ ...HOME, notes: deck }));
    const expected: Readonly<Record<string, Memory | null>> = {
      once: learnedFrom([[day(0), 'good']]),
      lapsed: learnedFrom([
        [day(0), 'easy'],
        [day(5), 'again'],
        [day(9), 'hard'],
      ]),
      byHand: learnedFrom([[day(0), 'good']]),
      twoCards: learnedFrom([
        [day(0), 'again'],
        [day(4), 'good'],
        [day(8), 'good'],
      ]),
      reset: null,
      resetAndAnswered: learnedFrom([
        [day(3), 'good'],
        [day(8), 'again'],
        [day(9), 'good'],
      ]),
      resetTwice: learnedFrom([[day(8), 'good']]),
      crammed: learnedFrom([
        [day(0), 'good'],
        [day(6), 'good'],
      ]),
      mixed: learnedFrom([[day(6), 'good']]),
      future: learnedFrom([[day(7), 'good']]),
      silent: null,
    };
    for (const [text, memory] of Object.entries(expected)) {
      const found = memories.get(text);
      if (memory === null) {
        expect(found, text).toBeNull();
        continue;
      }
      const { stability, difficulty, reviews, lapses } = memory;
      expect(found, text).toMatchObject({ stability, difficulty, reviews, lapses });
      expect(found, text).toMatchObject({ recent: [], base: { stability, reviews } });
    }
  });
});

test('of very many cards that are read together, none is left without its last answers', async () => {
  const answered = (card: number): TestCard => ({
    ...MATURE,
    log: Array.from({ length: 200 }, (_, i) => [day(0) + card * 200 + i, 3] as const),
  });
  const last: TestCard = { ...MATURE, log: [[day(4), 3]] };
  const cards = [...Array.from({ length: 255 }, (_, card) => answered(card)), last];
  const bytes = await newPackage({ ...HOME, notes: [{ type: 'Basic', fields: ['tarjetas', ''], cards }] });
  const memory = learnedFrom([
    [day(0), 'good'],
    [day(4), 'good'],
  ]);
  expect(memory?.reviews).toBe(2);
  expect((await imported(bytes)).get('tarjetas')).toMatchObject({ stability: memory?.stability, reviews: 2 });
});

test('of a long log, the last 200 answers count', async () => {
  const log = Array.from({ length: 260 }, (_, i) => [day(i), i < 60 ? 1 : 3] as const);
  const bytes = await newPackage({
    ...HOME,
    notes: [{ type: 'Basic', fields: ['largo', ''], cards: [{ ...MATURE, log }] }],
  });
  expect((await imported(bytes)).get('largo')).toMatchObject({ reviews: 200, lapses: 0 });
});

test('of all cards of a note together, the last 2,000 answers count', async () => {
  const cards = Array.from({ length: 12 }, (_, card) => ({
    ...MATURE,
    log: Array.from({ length: 200 }, (_, i) => [day(card * 200 + i - 2_400), card < 2 ? 1 : 3] as const),
  }));
  const bytes = await newPackage({ ...HOME, notes: [{ type: 'Basic', fields: ['muchas', ''], cards }] });
  expect((await imported(bytes)).get('muchas')).toMatchObject({ reviews: 2_000, lapses: 0 });
});
