/** As many characters of the key in a row may not be repeated by anyone. */
const TELLING = 6;

/**
 * The text with every run of non-space characters taken out that has a telling part of the key, whole or masked, as
 * it is or as a JSON string writes it.
 */
export function withoutKey(text: string, key: string | null): string {
  if (key === null || key === '') return text;
  const parts = key.split(/\s+/u).flatMap(tellingParts);
  return text.replace(/\S+/gu, (run) => {
    const plain = unescaped(run);
    return parts.some((part) => run.includes(part) || plain.includes(part)) ? '[key]' : run;
  });
}

function tellingParts(piece: string): string[] {
  if (piece === '') return [];
  const length = Math.min(TELLING, piece.length);
  return Array.from({ length: piece.length - length + 1 }, (_, at) => piece.slice(at, at + length));
}

function unescaped(run: string): string {
  return run.replace(/\\(?:u([0-9a-f]{4})|(.))/giu, (_, code?: string, character = '') =>
    code === undefined ? character : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
