/** As many characters of the key in a row may not be repeated by anyone. */
const TELLING = 6;

/** The text with every run of non-space characters taken out that has a telling part of the key, whole or masked. */
export function withoutKey(text: string, key: string | null): string {
  if (key === null || key === '') return text;
  const length = Math.min(TELLING, key.length);
  const parts = Array.from({ length: key.length - length + 1 }, (_, at) => key.slice(at, at + length));
  return text.replace(/\S+/gu, (run) => (parts.some((part) => run.includes(part)) ? '[key]' : run));
}
