import { createHash } from 'node:crypto';
import type { Word } from '../../model/word.ts';
import { type DialogGenerator, WordFailed } from '../../ports/generator.ts';
import { languageList, languageOf } from './languages.ts';
import { type Language, MEANING_SCENES, WORD_SCENES } from './scenes.ts';

/** A longer translation explains the word and is not cited in a sentence. In characters. */
const MEANING_LIMIT = 60;

/**
 * Puts words into ready-made scenes, in which people talk about the word: they hear it, write it down, ask what it
 * means. It is a template and no AI: it costs nothing, needs no network, and takes no notice of what a word means or
 * of the learner's level.
 *
 * The word's id and the dialog's number alone choose the scene, and a word goes through all scenes before one comes
 * back. Where a word has no translation, or the course teaches a language in itself, only scenes that need none
 * are used; in such a course the translations repeat the text.
 */
export function templateGenerator(): DialogGenerator {
  return {
    name: 'template/v1',
    // Nothing is waited for here. This bounds only how many dialogs are on their way to the store at once.
    concurrency: 16,
    async generate({ profile, word, number }) {
      const target = known(profile.targetLanguage);
      const native = known(profile.nativeLanguage);
      const lines = chooseScene(word, number, target, native);
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
  const name = JSON.stringify(tag);
  throw new WordFailed(`The built-in template has no dialogs in ${name}. It has ${languageList()}.`);
}

/** The lines of a scene in a language. */
type Scene = (language: Language) => readonly string[];

function chooseScene(word: Word, number: number, target: Language, native: Language): Scene {
  const count = WORD_SCENES.length;
  const step = firstStep(word) + number;
  const isMeaningRound = Math.floor(step / count) % 2 === 1;
  const meaning = target === native ? null : citableMeaning(word);

  // A step leads to the same place in both lists, so a translation that comes or goes repeats no scene.
  if (isMeaningRound && meaning !== null) {
    const { name } = MEANING_SCENES[step % count] ?? MEANING_SCENES[0];
    return (language) =>
      language.withMeaning[name]({
        word: language.quote(word.text),
        meaning: language.quote(meaning),
        target: language.names[target.tag],
        native: language.names[native.tag],
      });
  }
  const { name } = WORD_SCENES[step % count] ?? WORD_SCENES[0];
  return (language) => language.withWord[name]({ word: language.quote(word.text) });
}

function citableMeaning({ translation }: Word): string | null {
  if (translation === null || translation.trim() === '') return null;
  return translation.length > MEANING_LIMIT ? null : translation;
}

/** Different words begin at different scenes. */
function firstStep(word: Word): number {
  return createHash('sha256').update(word.id).digest().readUInt32BE();
}
