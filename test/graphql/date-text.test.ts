import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dateText } from '../../src/graphql/date-text.ts';

const HOUR_MS = 60 * 60 * 1000;

test('dates are printed as JavaScript prints them, also one after the other on the same day and on the next', () => {
  const dates = fc
    .tuple(fc.date({ noInvalidDate: true }), fc.array(fc.integer({ min: -36 * HOUR_MS, max: 36 * HOUR_MS })))
    .map(([first, later]) => [first, ...later.map((ms) => new Date(first.getTime() + ms))])
    .filter((all) => all.every((date) => !Number.isNaN(date.getTime())));
  fc.assert(
    fc.property(dates, (all) => {
      expect(all.map(dateText)).toEqual(all.map((date) => date.toISOString()));
    }),
  );
});

test('an invalid date is not printed', () => {
  expect(() => dateText(new Date(Number.NaN))).toThrow(RangeError);
});
