import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dateText } from '../../src/graphql/date-text.ts';

test('dates are printed as JavaScript prints them', () => {
  const usual = fc.date({ min: new Date('0990-01-01'), max: new Date('+010010-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(fc.oneof(usual, fc.date({ noInvalidDate: true })), (date) => {
      expect(dateText(date)).toBe(date.toISOString());
    }),
  );
});

test('an invalid date is not printed', () => {
  expect(() => dateText(new Date(Number.NaN))).toThrow(RangeError);
});
