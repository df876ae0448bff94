import { german } from './languages/de.ts';
import { english } from './languages/en.ts';
import { spanish } from './languages/es.ts';
import { french } from './languages/fr.ts';
import { italian } from './languages/it.ts';
import { japanese } from './languages/ja.ts';
import { portuguese } from './languages/pt.ts';
import { europeanPortuguese } from './languages/pt-PT.ts';
import { chinese } from './languages/zh.ts';
import type { Language, LanguageTag } from './scenes.ts';

const LANGUAGES: Readonly<Record<LanguageTag, Language>> = {
  en: english,
  es: spanish,
  fr: french,
  de: german,
  it: italian,
  pt: portuguese,
  'pt-PT': europeanPortuguese,
  'zh-Hans': chinese,
  ja: japanese,
};

/** The languages by language, script and variant. Case, extensions and most regions of a tag are ignored. */
const BY_VARIANT = new Map(Object.values(LANGUAGES).map((language) => [variant(language.tag), language]));

/**
 * The language that a BCP 47 tag names; undefined if there are no scenes in it. `es-MX` is Spanish, `zh-CN` is Chinese
 * and `pt-AO` is European Portuguese. `zh-TW` and `ja-Latn` are undefined, because they name a script that no scene is
 * written in.
 */
export function languageOf(tag: string): Language | undefined {
  return BY_VARIANT.get(variant(tag));
}

/** The English names and the tags of all languages, for a message. */
export function languageList(): string {
  const names = new Intl.DisplayNames('en-GB', { type: 'language' });
  const languages = Object.keys(LANGUAGES).map((tag) => `${names.of(tag)} (${tag})`);
  return new Intl.ListFormat('en-GB').format(languages);
}

function variant(tag: string): string {
  try {
    const locale = new Intl.Locale(tag);
    const { language } = locale;
    const { script, region } = locale.maximize();
    // As in Unicode's CLDR, Portuguese is Brazilian in Brazil and without a region, and European everywhere else.
    const isEuropean = language === 'pt' && region !== 'BR';
    return `${language}-${script}${isEuropean ? '-PT' : ''}`;
  } catch {
    // The tag is not well formed. Other writers may have stored any text.
    return '';
  }
}
