/** Most lists and objects inside one another. The deepest argument has four. */
const MAX_DEPTH = 20;
/** Most objects, list entries and fields together. A thousand words with all their fields have four thousand. */
const MAX_VALUES = 10_000;

/** The text was refused before it was parsed, because it holds too much. */
export class TooMuchJson extends Error {}

/**
 * Parses JSON with bounds on its depth and its number of values. A text of 4 MB can hold two million lists, which take a
 * second to parse and hundreds of megabytes of memory.
 * @throws {TooMuchJson} if the text exceeds a bound
 * @throws {SyntaxError} if the text is not JSON
 */
export function parseBoundedJson(text: string): unknown {
  checkBounds(text);
  return JSON.parse(text);
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;

function checkBounds(text: string): void {
  let depth = 0;
  // An upper bound: each bracket may begin one value, and each comma another.
  let values = 0;
  for (let i = 0; i < text.length; i += 1) {
    switch (text.charCodeAt(i)) {
      case QUOTE:
        i = endOfString(text, i + 1);
        break;
      case COMMA:
        values += 1;
        break;
      case 0x5b: // [
      case 0x7b: // {
        depth += 1;
        values += 1;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth -= 1;
        break;
    }
    if (depth > MAX_DEPTH) throw new TooMuchJson(`must not nest deeper than ${MAX_DEPTH} lists and objects`);
    if (values > MAX_VALUES) {
      throw new TooMuchJson(`must not hold more than ${MAX_VALUES} values; send the rest in another request`);
    }
  }
}

/** The index of the quotation mark that ends a string; the end of the text if there is none. */
function endOfString(text: string, begin: number): number {
  let i = begin;
  while (i < text.length) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) return i;
    i += code === BACKSLASH ? 2 : 1;
  }
  return i;
}
