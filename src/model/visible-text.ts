/** The scripts whose letters join by themselves, or as the joiner and the non-joiner after them say. */
const JOINING = scripts('Arab Syrc Mong Nkoo Mand Mani Phlp Rohg Adlm Phag Sogd');
const INDIC = scripts('Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Khmr Mymr Tibt Bali Java Cham Limb');
/** The scripts of South East Asia that do not set words apart: their writers mark where a line may break. */
const UNSPACED = scripts('Khmr Laoo Mymr Thai');
const RIGHT_TO_LEFT = new RegExp(
  `(?=\\p{L})[${scripts('Arab Hebr Syrc Thaa Nkoo Samr Mand Adlm Rohg')}]`,
  'u',
);

/**
 * Invisible characters in the places where the writing needs them, one at a time: joiners in the scripts that have
 * use for them and in emoji, selectors of a variant after a character that has variants, and the names of flags.
 */
const NEEDED = new RegExp(
  [
    `(?<=[${JOINING}${INDIC}])[\\u200c\\u200d]`,
    `(?<=[${UNSPACED}])\\u200b`,
    '(?<=\\p{Script=Mongolian})[\\u180b-\\u180f]',
    '(?<=[\\p{Emoji}\\p{Extended_Pictographic}])[\\ufe0e\\ufe0f]',
    '(?<=[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\ufe0f])\\u200d(?=\\p{Extended_Pictographic})',
    '(?<=\\p{Script=Han})[\\ufe00-\\ufe02\\u{e0100}-\\u{e01ef}]',
    '(?<=\\u{1f3f4})[\\u{e0030}-\\u{e0039}\\u{e0061}-\\u{e007a}]{3,6}\\u{e007f}',
  ].join('|'),
  'gu',
);
/** The marks that keep punctuation on its side, where right-to-left letters are. */
const DIRECTION_MARKS = /(?<!\p{DI})[\u061c\u200e\u200f]/gu;
/** Unicode's list of what is not shown, which has every control of direction in it, and annotations within a line. */
const INVISIBLE = /[\p{DI}\ufff9-\ufffb]/u;
/** Anything but white space and what looks like it. */
const VISIBLE = /[^\s\p{Z}\p{Cc}\p{DI}\u2800]/u;

/**
 * The first character of a text that cannot be seen and that the writing has no need of, as `U+202E`; null if there
 * is none. Such characters hide text from its reader, turn its order round, or make two of what looks the same.
 */
export function hiddenCharacter(text: string): string | null {
  const plain = text.replace(NEEDED, '');
  const [found] =
    INVISIBLE.exec(RIGHT_TO_LEFT.test(plain) ? plain.replace(DIRECTION_MARKS, '') : plain) ?? [];
  return found === undefined ? null : codePoint(found);
}

/** Whether there is anything to be seen in a text. */
export function isVisible(text: string): boolean {
  return VISIBLE.test(text);
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

function scripts(codes: string): string {
  return codes
    .split(' ')
    .map((code) => `\\p{scx=${code}}`)
    .join('');
}
