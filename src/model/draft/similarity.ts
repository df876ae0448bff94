import { foldedText } from './folded-text.ts';

/**
 * How similar the wording of two texts is: the number of trigrams that are in both, divided by the number of trigrams
 * that are in either. It is 1 for the same text and about 0.2 for two texts of one language and subject. If single
 * words or names of a dialog are replaced, it stays above 0.7.
 */
export function similarity(one: string, other: string): number {
  const a = trigrams(one);
  const b = trigrams(other);
  const common = [...a].filter((trigram) => b.has(trigram)).length;
  const all = a.size + b.size - common;
  return all === 0 ? 1 : common / all;
}

function trigrams(text: string): Set<string> {
  const plain = ` ${foldedText(text)} `;
  return new Set(Array.from({ length: plain.length - 2 }, (_, at) => plain.slice(at, at + 3)));
}
