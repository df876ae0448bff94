import { styleText } from '../../model/style.ts';
import type { Word } from '../../model/word.ts';
import { type DialogGenerator, type StyleRequest, WordFailed } from '../../ports/generator.ts';
import { languageList, languageOf } from './languages.ts';
import { type Language, SCENES } from './scenes.ts';
import { spokenGloss } from './spoken-gloss.ts';

/** No opening is repeated within this number of dialogs of a profile. */
const OPENINGS_APART = 6;

/**
 * Inserts words into ready-made scenes. In half of them the word is used as a name, a password or an answer in a game;
 * in the others people talk about the word: they hear it, write it down, ask what it means. It is a template and not an
 * AI: it costs nothing, needs no network, and ignores the meaning of the word and the level of the learner.
 *
 * A style is a scene. If a word has no translation that can be quoted, or if both languages of the profile are the same,
 * only scenes without a translation are used. If both languages are the same, the translations repeat the text.
 */
export function templateGenerator(): DialogGenerator {
  return {
    name: 'template',
    versions: ['template/v2'],
    // Generating takes no time. This only limits how many dialogs are being stored at once.
    concurrency: 16,
    languageFault({ targetLanguage, nativeLanguage }) {
      const tag = [targetLanguage, nativeLanguage].find((one) => languageOf(one) === undefined);
      return tag === undefined ? null : missing(tag);
    },
    styles: offeredStyles,
    async generate({ profile, word, style }) {
      const target = known(profile.targetLanguage);
      const native = known(profile.nativeLanguage);
      const lines = scenesOf(word, target, native).get(style ?? '');
      if (lines === undefined) throw new TypeError(`the template has no style ${JSON.stringify(style)} here`);
      const translations = lines(native);
      const turns = lines(target).map((text, index) => ({
        speaker: target.speakers[index % 2 === 0 ? 0 : 1],
        text,
        translation: translations[index] ?? '',
      }));
      return { turns };
    },
  };
}

/**
 * The scenes that none of the word's last dialogs has, since the dialog would be nearly the same. Of those, the ones
 * that were not among the last five of the profile, and of those the ones that the word had least often: a word gets
 * every scene once before one is repeated, unless an opening would come back too soon.
 */
function offeredStyles({ profile, word, earlier, ofWord, latest }: StyleRequest): string[] {
  const target = languageOf(profile.targetLanguage);
  const native = languageOf(profile.nativeLanguage);
  if (!target || !native) return [];
  // Dialogs of earlier versions have no style, so scenes are recognised by their openings.
  const openings = new Set(earlier.map(({ turns }) => turns[0]?.text));
  const others = [...scenesOf(word, target, native)]
    .filter(([, lines]) => !openings.has(lines(target)[0]))
    .map(([style]) => style);
  return withLeast(
    withLeast(others, (style) => closeness(style, latest)),
    (style) => ofWord.filter((before) => before === style).length,
  );
}

/** 0 for a scene that was not among the last five dialogs, more if it was, and most if it was the last one. */
function closeness(style: string, latest: readonly (string | null)[]): number {
  const ago = latest.indexOf(style);
  return ago < 0 ? 0 : Math.max(0, OPENINGS_APART - 1 - ago);
}

function withLeast(styles: readonly string[], measure: (style: string) => number): string[] {
  const measured = styles.map((style) => ({ style, value: measure(style) }));
  const least = Math.min(...measured.map(({ value }) => value));
  return measured.filter(({ value }) => value === least).map(({ style }) => style);
}

function known(tag: string): Language {
  const language = languageOf(tag);
  if (language) return language;
  throw new WordFailed(missing(tag));
}

function missing(tag: string): string {
  return `The built-in template has no dialogs in ${JSON.stringify(tag)}. It has ${languageList()}.`;
}

/** A mark after which no other one is put: `Guten Tag.` is not exclaimed as `Guten Tag.!`. */
const SENTENCE_END = /[.!?…。．！？]$/u;

const STYLED_SCENES = SCENES.map((scene) => ({ scene, style: styleText({ scene: scene.name }) }));

/** The lines of a scene in a language. */
type Scene = (language: Language) => readonly string[];

/** The scenes that can be played with a word, by their styles. */
function scenesOf(word: Word, target: Language, native: Language): Map<string, Scene> {
  const inserted = ({ quote, exclaim, title = quote }: Language) => ({
    word: quote(word.text),
    title: title(word.text),
    exclaimed: SENTENCE_END.test(word.text) ? word.text : exclaim(word.text),
  });
  const meaning = target.name === native.name ? null : spokenGloss(word.translation ?? '');
  const scenes = new Map<string, Scene>();
  for (const { scene, style } of STYLED_SCENES) {
    if (scene.does !== 'mention the translation') {
      scenes.set(style, (language) => language.withWord[scene.name](inserted(language)));
    } else if (meaning !== null) {
      scenes.set(style, (language) =>
        language.withMeaning[scene.name]({
          ...inserted(language),
          meaning: language.quote(meaning),
          target: language.names[target.name],
          native: language.names[native.name],
        }),
      );
    }
  }
  return scenes;
}
