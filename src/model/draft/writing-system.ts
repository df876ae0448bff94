/** What a text in a script is known by. */
interface Sign {
  readonly letter: RegExp;
  /** The least share of these among all letters of a text; the rest may be names and quoted foreign words. */
  readonly share: number;
}

const alphabet = (letter: RegExp): Sign => ({ letter, share: 0.4 });
/** Where a character stands for a syllable or a word, a foreign name weighs more. */
const characters = (letter: RegExp): Sign => ({ letter, share: 0.25 });

/** By the codes of ISO 15924. Scripts that are not here are not checked. */
const SIGNS: ReadonlyMap<string, Sign> = new Map([
  ['Latn', alphabet(/\p{scx=Latn}/u)],
  ['Cyrl', alphabet(/\p{scx=Cyrl}/u)],
  ['Grek', alphabet(/\p{scx=Grek}/u)],
  ['Arab', alphabet(/\p{scx=Arab}/u)],
  ['Hebr', alphabet(/\p{scx=Hebr}/u)],
  ['Armn', alphabet(/\p{scx=Armn}/u)],
  ['Geor', alphabet(/\p{scx=Geor}/u)],
  ['Deva', alphabet(/\p{scx=Deva}/u)],
  ['Beng', alphabet(/\p{scx=Beng}/u)],
  ['Taml', alphabet(/\p{scx=Taml}/u)],
  ['Telu', alphabet(/\p{scx=Telu}/u)],
  ['Thai', alphabet(/\p{scx=Thai}/u)],
  ['Hans', characters(/\p{scx=Han}/u)],
  ['Hant', characters(/\p{scx=Han}/u)],
  ['Kore', characters(/\p{scx=Hang}/u)],
  // Kana are what tells Japanese from Chinese.
  ['Jpan', { letter: /[\p{scx=Hira}\p{scx=Kana}]/u, share: 0.1 }],
]);

/** Languages that are written in more than one script. They are checked only where their tag names the script. */
const SEVERAL_SCRIPTS = new Set('az bs cnr ha kk ks ku ky mn ms pa sd sh sr tg tk tt ug uz'.split(' '));

/**
 * Whether a text can be in a language, judged by its script alone. True where nothing speaks against it: too few
 * letters, a language of several scripts, a tag that says nothing.
 * @param language BCP 47 tag
 */
export function mayBeWrittenIn(text: string, language: string): boolean {
  const sign = signOf(language);
  const letters = text.match(/\p{L}/gu) ?? [];
  if (sign === undefined || letters.length === 0) return true;
  return letters.filter((letter) => sign.letter.test(letter)).length >= sign.share * letters.length;
}

function signOf(tag: string): Sign | undefined {
  const locale = localeOf(tag);
  if (locale === null) return undefined;
  if (locale.script !== undefined) return SIGNS.get(locale.script);
  // A tag without a language is completed to English.
  if (!locale.language || locale.language === 'und' || SEVERAL_SCRIPTS.has(locale.language)) return undefined;
  return SIGNS.get(locale.maximize().script ?? '');
}

/** Whether two tags name one language, whatever the region or script. */
export function isSameLanguage(one: string, other: string): boolean {
  return (localeOf(one)?.language ?? one) === (localeOf(other)?.language ?? other);
}

/** Null if the tag is not well formed, since other writers may have stored anything. */
function localeOf(tag: string): Intl.Locale | null {
  try {
    return new Intl.Locale(tag);
  } catch {
    return null;
  }
}
