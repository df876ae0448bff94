/** Texts with invisible characters that the writing needs. */
export const NEEDED_INVISIBLES: readonly string[] = [
  'می\u200cخواهم',
  'क्\u200dष',
  'র\u200d্য',
  'ශ්\u200dරී',
  'ភាសា\u200bខ្មែរ',
  'ᠠ\u180b',
  '(מה)\u200f',
  'C++\u200e هو',
  '👩\u200d👩\u200d👧',
  '👩🏽\u200d🚀',
  '❤\ufe0f\u200d🔥',
  '1\ufe0f\u20e3',
  '葛\u{e0100}',
  '\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}',
];

/** Texts with invisible characters that hide, reorder or double something, and the first of them. */
export const HIDDEN: readonly (readonly [text: string, code: string])[] = [
  ['a\u202eb', 'U+202E'],
  ['\u2066a\u2069', 'U+2066'],
  ['שלום\u202dab', 'U+202D'],
  ['casa\u200f', 'U+200F'],
  ['שלום\u200f\u200f', 'U+200F'],
  ['\u200b', 'U+200B'],
  ['ca\u200bsa', 'U+200B'],
  ['ca\u200csa', 'U+200C'],
  ['ca\u200dsa', 'U+200D'],
  ['نمی\u200c\u200cشود', 'U+200C'],
  ['ca\u00adsa', 'U+00AD'],
  ['ca\u2060sa', 'U+2060'],
  ['casa\ufe0f', 'U+FE0F'],
  ['😀\ufe0f\ufe0f', 'U+FE0F'],
  ['\u3164', 'U+3164'],
  ['casa\u{e0041}\u{e0042}', 'U+E0041'],
  ['casa\ufff9x', 'U+FFF9'],
];
