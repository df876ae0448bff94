/** Scripts in which a joiner or a non-joiner after a letter changes how the letter connects to the next one. */
const JOINING = scripts('Arab Syrc Mong Nkoo Mand Mani Phlp Rohg Adlm Phag Sogd');
const INDIC = scripts('Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Khmr Mymr Tibt Bali Java Cham Limb');
/** Scripts of South East Asia that have no spaces between words. A zero-width space marks where a line may break. */
const UNSPACED = scripts('Khmr Laoo Mymr Thai');
const RIGHT_TO_LEFT = new RegExp(
  `(?=\\p{L})[${scripts('Arab Hebr Syrc Thaa Nkoo Samr Mand Adlm Rohg')}]`,
  'u',
);

/** The tags after a flag that name a region, such as Scotland. */
const REGION = '[\\u{e0030}-\\u{e0039}\\u{e0061}-\\u{e007a}]{3,6}\\u{e007f}';

/**
 * Invisible characters in places where the writing system needs them: joiners in scripts that use them and in emoji,
 * variation selectors after characters that have variants, and the tags of regional flags. Only one in a row matches.
 *
 * Each pattern begins with the invisible character, since few texts have one, and looks back from there.
 */
const NEEDED = new RegExp(
  [
    `[\\u200c\\u200d](?<=[${JOINING}${INDIC}].)`,
    `\\u200b(?<=[${UNSPACED}].)`,
    '[\\u180b-\\u180f](?<=\\p{Script=Mongolian}.)',
    '[\\ufe0e\\ufe0f](?<=[\\p{Emoji}\\p{Extended_Pictographic}].)',
    '\\u200d(?<=[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\ufe0f].)(?=\\p{Extended_Pictographic})',
    '[\\ufe00-\\ufe02\\u{e0100}-\\u{e01ef}](?<=\\p{Script=Han}.)',
    `${REGION}(?<=\\u{1f3f4}${REGION})`,
  ].join('|'),
  'gu',
);
/** Direction marks, which right-to-left texts need beside punctuation. */
const DIRECTION_MARKS = /(?<!\p{DI})[\u061c\u200e\u200f]/gu;
/** Unicode's default-ignorable characters, which include all direction controls, and the interlinear annotations. */
const INVISIBLE = /[\p{DI}\ufff9-\ufffb]/u;
/** A character that is not white space and does not look like it. */
const VISIBLE = /[^\s\p{Z}\p{Cc}\p{DI}\u2800]/u;

/**
 * The first invisible character of a text that its writing system does not need, for example `U+202E`. Null if there is
 * none. Such characters can hide text, reverse its order, or make two different texts look the same.
 */
export function hiddenCharacter(text: string): string | null {
  if (!INVISIBLE.test(text)) return null;
  const plain = text.replace(NEEDED, '');
  const [found] =
    INVISIBLE.exec(RIGHT_TO_LEFT.test(plain) ? plain.replace(DIRECTION_MARKS, '') : plain) ?? [];
  return found === undefined ? null : codePoint(found);
}

/** Whether a text has a visible character. */
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
