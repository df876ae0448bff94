import { createHash } from 'node:crypto';
import type { Word } from '../../model/word.ts';
import { type DialogGenerator, WordFailed } from '../../ports/generator.ts';
import { languageList, languageOf } from './languages.ts';
import { type Language, SCENES, STAND_IN_DISTANCE } from './scenes.ts';
import { spokenGloss } from './spoken-gloss.ts';

/**
 * Inserts words into ready-made scenes. In half of them the word is used as a name, a password or an answer in a game;
 * in the others people talk about the word: they hear it, write it down, ask what it means. It is a template and not an
 * AI: it costs nothing, needs no network, and ignores the meaning of the word and the level of the learner.
 *
 * The scene depends only on the id of the word and the number of the dialog. A word gets every scene once before a
 * scene is repeated. If a word has no translation that can be quoted, or if both languages of the profile are the same,
 * other scenes stand in for those that mention the translation. In no case is a scene repeated within six dialogs. If
 * both languages are the same, the translations repeat the text.
 */
export function templateGenerator(): DialogGenerator {
  return {
    name: 'template/v2',
    // Generating takes no time. This only limits how many dialogs are being stored at once.
    concurrency: 16,
    languageFault({ targetLanguage, nativeLanguage }) {
      const tag = [targetLanguage, nativeLanguage].find((one) => languageOf(one) === undefined);
      return tag === undefined ? null : missing(tag);
    },
    async generate({ profile, word, number }) {
      const target = known(profile.targetLanguage);
      const native = known(profile.nativeLanguage);
      const lines = chooseScene(firstStep(word) + number, word, pairOf(word, target, native));
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

/** The lines of a scene in a language. */
type Scene = (language: Language) => readonly string[];

/** What is inserted into a scene that mentions the translation. */
interface Pair {
  /** The translation without quotation marks. */
  readonly meaning: string;
  readonly target: Language;
  readonly native: Language;
}

/** @param pair null if the translation cannot be mentioned */
function chooseScene(step: number, word: Word, pair: Pair | null): Scene {
  const scene = SCENES[step % SCENES.length] ?? SCENES[0];
  const inserted = ({ quote, exclaim, title = quote }: Language) => ({
    word: quote(word.text),
    title: title(word.text),
    exclaimed: SENTENCE_END.test(word.text) ? word.text : exclaim(word.text),
  });
  if (scene.does !== 'mention the translation') {
    return (language) => language.withWord[scene.name](inserted(language));
  }
  if (pair === null) return chooseScene(step + STAND_IN_DISTANCE, word, null);
  return (language) =>
    language.withMeaning[scene.name]({
      ...inserted(language),
      meaning: language.quote(pair.meaning),
      target: language.names[pair.target.name],
      native: language.names[pair.native.name],
    });
}

function pairOf({ translation }: Word, target: Language, native: Language): Pair | null {
  const meaning = translation === null ? null : spokenGloss(translation);
  return meaning === null || target.name === native.name ? null : { meaning, target, native };
}

/** Spreads the words over the scenes, so that different words start with different scenes. */
function firstStep(word: Word): number {
  return createHash('sha256').update(word.id).digest().readUInt32BE();
}
