const SPACE = '[ \\t\\n\\r]*';
const STRING = '"(?:[^"\\\\\\u0000-\\u001f]|\\\\(?:["\\\\/bfnrt]|u[0-9a-fA-F]{4}))*"';
const NUMBER = '-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?';

/** A brace that may begin an object with a key. */
const START = new RegExp(`\\{(?=${SPACE}")`, 'g');
const KEY = token(`${STRING}${SPACE}:`);
const SCALAR = token(`(?:${STRING}|${NUMBER}|true|false|null)`);
const OPENING = token('[{[]');
const COMMA = token(',');
const CLOSING_BRACE = token('\\}');
const CLOSING_BRACKET = token('\\]');

function token(pattern: string): RegExp {
  return new RegExp(`${SPACE}${pattern}`, 'y');
}

/**
 * The JSON objects in a text that have a key and are not part of another object, in their order. Everything else in the
 * text is skipped.
 *
 * The time is linear in the length of the text. Reading from a brace determines the end of every object and list on the
 * way. Only a brace that was read as part of a string is read from again. Then the strings of the first reading are
 * outside of strings and the rest is inside, so each character is read at most twice.
 */
export function objectsIn(text: string): string[] {
  const ends = new Map<number, number | null>();
  const found: string[] = [];
  START.lastIndex = 0;
  for (let start = START.exec(text); start !== null; start = START.exec(text)) {
    const { index } = start;
    if (!ends.has(index)) readFrom(text, index, ends);
    const end = ends.get(index) ?? null;
    if (end === null) continue;
    found.push(text.slice(index, end));
    START.lastIndex = end;
  }
  return found;
}

/** Records in `ends` the end of each object and list that begins at `start` or later; null if it is not valid JSON. */
function readFrom(text: string, start: number, ends: Map<number, number | null>): void {
  const open = [start];
  let at = start + 1;
  let hasItem = false;
  const take = (expected: RegExp): boolean => {
    expected.lastIndex = at;
    if (!expected.test(text)) return false;
    at = expected.lastIndex;
    return true;
  };

  for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
    const isObject = text[last] === '{';
    if (take(isObject ? CLOSING_BRACE : CLOSING_BRACKET)) {
      ends.set(last, at);
      open.pop();
      hasItem = true;
      continue;
    }
    if (hasItem && !take(COMMA)) break;
    if (isObject && !take(KEY)) break;
    if (take(OPENING)) {
      open.push(at - 1);
      hasItem = false;
    } else if (take(SCALAR)) {
      hasItem = true;
    } else {
      break;
    }
  }
  for (const unclosed of open) ends.set(unclosed, null);
}
