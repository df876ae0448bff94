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
 * The JSON objects in a text that have a key and stand in no other one, in their order. What stands between them, or
 * is no JSON, is passed over.
 *
 * The time it takes grows with the length of the text alone. Reading from a brace finds out about every object and
 * list that it meets. Only a brace that it took for a part of a string is read from again, with what it took for
 * strings and what it took for the rest exchanged. So each character is read twice at most.
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

/** Takes note of where each object and list ends that is met from `start` on; null if it is no JSON. */
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
