import type { Random } from '../ports/clock.ts';

/**
 * Ids that are spread evenly: ours, which are hashes, and UUIDs of other writers. In so many hexadecimal digits there
 * is always a letter; padded numbers have none.
 */
export const HASH = /^(?=.*[a-f])[0-9a-f]{8}/;

/** What an id may begin with that is spread evenly. */
export function randomHash(random: Random): string {
  return Math.floor(random() * 0x1_0000_0000)
    .toString(16)
    .padStart(8, '0');
}

/** Characters by their kind. An id of another writer has a pattern, such as `word-0042`, that these keep to. */
const KINDS = [
  { kind: /[0-9]/, from: '0', to: '9' },
  { kind: /[A-Z]/, from: 'A', to: 'Z' },
  { kind: /[a-z]/, from: 'a', to: 'z' },
] as const;
/** So many characters behind what all ids share tell even large vocabularies apart. */
const LENGTH = 8;

/**
 * A text between two ids, by which the ids between them are entered at a random place: it begins with what both share
 * and goes on with characters of the kinds that both have. Ids that are made by another pattern are entered less
 * evenly.
 * @param low not behind `high`
 */
export function randomBetween(low: string, high: string, random: Random): string {
  let shared = 0;
  while (shared < low.length && low[shared] === high[shared]) shared += 1;
  const [lowRest, highRest] = [low.slice(shared), high.slice(shared)];
  const codes = codesLike(lowRest + highRest);
  const [least, most] = [lowRest.charCodeAt(0) || 0, highRest.charCodeAt(0) || 0];
  const firstCodes = codes.filter((code) => code >= least && code <= most);
  const pick = (of: readonly number[]) => String.fromCharCode(of[Math.floor(random() * of.length)] ?? least);
  const rest = Array.from({ length: LENGTH - 1 }, () => pick(codes));
  return high.slice(0, shared) + pick(firstCodes) + rest.join('');
}

/** The codes of all characters of the kinds that a text has, and of those between its other characters. */
function codesLike(text: string): number[] {
  const kinds = KINDS.filter(({ kind }) => kind.test(text));
  const others = [...text]
    .filter((character) => character > '\u007f')
    .map((character) => character.charCodeAt(0));
  const ranges = kinds.map(({ from, to }) => [from.charCodeAt(0), to.charCodeAt(0)] as const);
  if (others.length > 0) ranges.push([Math.min(...others), Math.max(...others)]);
  return ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i));
}
