/**
 * Divides a text that arrives in pieces into its lines, which end with `\n` and with nothing else. A piece is taken when the
 * lines before it have been taken, so a fast sender waits for a slow reader. (`readline` takes up to 1,024 lines ahead.)
 * What follows the last `\n` is left out: its sender ended in the middle of a line.
 * @param maxLength the most characters of a line
 * @throws if a line is longer
 */
export async function* linesOf(pieces: AsyncIterable<string>, maxLength: number): AsyncGenerator<string> {
  let begun = '';
  for await (const piece of pieces) {
    const [first = '', ...others] = piece.split('\n');
    begun += first;
    if (begun.length > maxLength) throw new Error(`a line has more than ${maxLength} characters`);
    for (const next of others) {
      yield begun;
      begun = next;
    }
  }
}
