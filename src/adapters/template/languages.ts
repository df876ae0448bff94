import { german } from './languages/de.ts';
import { english } from './languages/en.ts';
import { spanish } from './languages/es.ts';
import { french } from './languages/fr.ts';
import { italian } from './languages/it.ts';
import { japanese } from './languages/ja.ts';
import { portuguese } from './languages/pt.ts';
import { chinese } from './languages/zh.ts';
import type { Language, LanguageTag } from './scenes.ts';

const LANGUAGES: Readonly<Record<LanguageTag, Language>> = {
  en: english,
  es: spanish,
  fr: french,
  de: german,
  it: italian,
  pt: portuguese,
  'zh-Hans': chinese,
  ja: japanese,
};

/** The languages by primary language and script. Region, case and extensions of a tag are ignored. */
const BY_WRITING = new Map(Object.values(LANGUAGES).map((language) => [writing(language.tag), language]));

/**
 * The language that a BCP 47 tag names; undefined if there are no scenes in it. `es-MX` is Spanish and `zh-CN` is
 * Chinese. `zh-TW` and `ja-Latn` are undefined, because they name a script that no scene is written in.
 */
export function languageOf(tag: string): Language | undefined {
  return BY_WRITING.get(writing(tag));
}

/** The English names and the tags of all languages, for a message. */
export function languageList(): string {
  const names = Object.values(LANGUAGES).map(({ tag }) => `${english.names[tag]} (${tag})`);
  return new Intl.ListFormat('en-GB').format(names);
}

function writing(tag: string): string {
  try {
    const locale = new Intl.Locale(tag);
    return `${locale.language}-${locale.maximize().script}`;
  } catch {
    // The tag is not well formed. Other writers may have stored any text.
    return '';
  }
}
