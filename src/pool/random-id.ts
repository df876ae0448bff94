import type { Random } from '../ports/clock.ts';

/**
 * Ids that are distributed evenly: those of this API, which are hashes, and UUIDs of other writers. A letter is required
 * to exclude padded numbers.
 */
export const HASH = /^(?=.*[a-f])[0-9a-f]{8}/;

/** A random beginning of an id that is distributed evenly. */
export function randomHash(random: Random): string {
  return Math.floor(random() * 0x1_0000_0000)
    .toString(16)
    .padStart(8, '0');
}

/** Character classes. An id of another writer may have a pattern such as `word-0042`, which a random id must follow. */
const CLASSES = [
  { pattern: /[0-9]/, from: '0', to: '9' },
  { pattern: /[A-Z]/, from: 'A', to: 'Z' },
  { pattern: /[a-z]/, from: 'a', to: 'z' },
] as const;
/** The number of random characters after the common beginning. It suffices for large vocabularies. */
const LENGTH = 8;

/**
 * A random text between two ids, which is a random position among the ids between them. It consists of their common
 * beginning and of random characters of the classes that they use. The more the ids differ in their pattern, the less
 * even is the distribution.
 * @param low not greater than `high`
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

/** The codes of all characters in the classes of the text's characters. Its non-ASCII characters form one class. */
function codesLike(text: string): number[] {
  const classes = CLASSES.filter(({ pattern }) => pattern.test(text));
  const others = [...text]
    .filter((character) => character > '\u007f')
    .map((character) => character.charCodeAt(0));
  const ranges = classes.map(({ from, to }) => [from.charCodeAt(0), to.charCodeAt(0)] as const);
  if (others.length > 0) ranges.push([Math.min(...others), Math.max(...others)]);
  return ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i));
}
