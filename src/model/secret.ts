/** A text with this many consecutive characters of the key reveals too much of it. */
const REVEALING_LENGTH = 6;

/**
 * Replaces every word of the text that contains the key, or `REVEALING_LENGTH` consecutive characters of it, by `[key]`.
 * A word is a run of characters without white space. Parts of the key with JSON escapes are found too.
 */
export function withoutKey(text: string, key: string | null): string {
  if (key === null || key === '') return text;
  const parts = key.split(/\s+/u).flatMap(revealingParts);
  return text.replace(/\S+/gu, (run) => {
    const plain = unescaped(run);
    return parts.some((part) => run.includes(part) || plain.includes(part)) ? '[key]' : run;
  });
}

function revealingParts(piece: string): string[] {
  if (piece === '') return [];
  const length = Math.min(REVEALING_LENGTH, piece.length);
  return Array.from({ length: piece.length - length + 1 }, (_, at) => piece.slice(at, at + length));
}

function unescaped(run: string): string {
  return run.replace(/\\(?:u([0-9a-f]{4})|(.))/giu, (_, code?: string, character = '') =>
    code === undefined ? character : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
