import { foldedText } from './folded-text.ts';

/**
 * How alike the wording of two texts is: the share of the runs of three letters in either of them that are in both.
 * 1 for the same text, about 0.2 for two texts of one language and subject. Names or single words exchanged in a
 * dialog leave it above 0.7.
 */
export function similarity(one: string, other: string): number {
  const a = runs(one);
  const b = runs(other);
  const common = [...a].filter((run) => b.has(run)).length;
  const all = a.size + b.size - common;
  return all === 0 ? 1 : common / all;
}

function runs(text: string): Set<string> {
  const plain = ` ${foldedText(text)} `;
  return new Set(Array.from({ length: plain.length - 2 }, (_, at) => plain.slice(at, at + 3)));
}
