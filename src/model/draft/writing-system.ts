/** How a text in a script is recognised. */
interface ScriptTest {
  /** Matches a letter of the script. */
  readonly letter: RegExp;
  /** The least share of these letters among all letters. The others may belong to names and quoted foreign words. */
  readonly share: number;
}

const alphabet = (letter: RegExp): ScriptTest => ({ letter, share: 0.4 });
/** If one character is a syllable or a word, a foreign name has a larger share of the letters. */
const characters = (letter: RegExp): ScriptTest => ({ letter, share: 0.25 });

/** The tests by the ISO 15924 codes of the scripts. Other scripts are not checked. */
const SCRIPT_TESTS: ReadonlyMap<string, ScriptTest> = new Map([
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
  // Kana distinguish Japanese from Chinese.
  ['Jpan', { letter: /[\p{scx=Hira}\p{scx=Kana}]/u, share: 0.1 }],
]);

/** Languages that are written in more than one script. They are checked only if their tag names the script. */
const SEVERAL_SCRIPTS = new Set('az bs cnr ha kk ks ku ky mn ms pa sd sh sr tg tk tt ug uz'.split(' '));

/**
 * Whether a text can be in a language, judged only by its script. It is true if the script cannot be judged: if the
 * text has no letters, the language has several scripts, or the tag does not name a known language.
 * @param language BCP 47 tag
 */
export function mayBeWrittenIn(text: string, language: string): boolean {
  const test = scriptTest(language);
  const letters = text.match(/\p{L}/gu) ?? [];
  if (test === undefined || letters.length === 0) return true;
  return letters.filter((letter) => test.letter.test(letter)).length >= test.share * letters.length;
}

function scriptTest(tag: string): ScriptTest | undefined {
  const locale = localeOf(tag);
  if (locale === null) return undefined;
  if (locale.script !== undefined) return SCRIPT_TESTS.get(locale.script);
  // `maximize` would complete a tag without a language to English.
  if (!locale.language || locale.language === 'und' || SEVERAL_SCRIPTS.has(locale.language)) return undefined;
  return SCRIPT_TESTS.get(locale.maximize().script ?? '');
}

/** Whether two tags name the same language. Region and script are ignored. */
export function isSameLanguage(one: string, other: string): boolean {
  return (localeOf(one)?.language ?? one) === (localeOf(other)?.language ?? other);
}

/** Null if the tag is not well formed, since other writers may have stored any text. */
function localeOf(tag: string): Intl.Locale | null {
  try {
    return new Intl.Locale(tag);
  } catch {
    return null;
  }
}
