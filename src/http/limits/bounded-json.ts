/** Most lists and objects inside one another. The deepest argument has four. */
const MAX_DEPTH = 20;
/** Most objects, list entries and fields together. A thousand words with all their fields have four thousand. */
const MAX_VALUES = 10_000;

/** The text was refused before it was parsed, because it holds too much. */
export class TooMuchJson extends Error {
  /** The member of the outermost object in which there is too much, as it stands in the text; null if in none. */
  readonly member: string | null;

  constructor(message: string, member: string | null) {
    super(message);
    this.member = member;
  }
}

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
  // Of the last string in the outermost object, which is the name of the member that holds what nests deeper.
  let nameBegin = 0;
  let nameEnd = 0;
  for (let i = 0; i < text.length; i += 1) {
    switch (text.charCodeAt(i)) {
      case QUOTE: {
        const begin = i + 1;
        i = endOfString(text, begin);
        if (depth === 1) {
          nameBegin = begin;
          nameEnd = i;
        }
        break;
      }
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
    if (depth <= MAX_DEPTH && values <= MAX_VALUES) continue;
    throw new TooMuchJson(
      depth > MAX_DEPTH
        ? `must not nest deeper than ${MAX_DEPTH} lists and objects`
        : `must not hold more than ${MAX_VALUES} values; send the rest in another request`,
      depth > 1 ? text.slice(nameBegin, nameEnd) : null,
    );
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
