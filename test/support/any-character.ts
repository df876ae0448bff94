import fc from 'fast-check';

const codePoint = fc.oneof(
  { weight: 1, arbitrary: fc.nat(0x7f) },
  { weight: 9, arbitrary: fc.nat(0x10ffff) },
);

/**
 * Any code point, also half of a surrogate pair, as the unit of a string. The unit `binary` of fast-check has no halves, and
 * takes a second at its first use and 90 MB from then on.
 */
export const anyCharacter: fc.Arbitrary<string> = codePoint.map((point) => String.fromCodePoint(point));
