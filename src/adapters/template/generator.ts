import { createHash } from 'node:crypto';
import type { Word } from '../../model/word.ts';
import { type DialogGenerator, WordFailed } from '../../ports/generator.ts';
import { languageList, languageOf } from './languages.ts';
import { type Language, MEANING_SCENES, WORD_SCENES } from './scenes.ts';

/** A longer translation is an explanation and is not quoted in a sentence. In characters. */
const MEANING_LIMIT = 60;

/**
 * Inserts words into ready-made scenes in which people talk about the word: they hear it, write it down, ask what it
 * means. It is a template and not an AI: it costs nothing, needs no network, and ignores the meaning of the word and
 * the level of the learner.
 *
 * The scene depends only on the id of the word and the number of the dialog. A word gets every scene once before a
 * scene is repeated. If a word has no translation, or if both languages of the profile are the same, only scenes
 * without a translation are used. If both languages are the same, the translations repeat the text.
 */
export function templateGenerator(): DialogGenerator {
  return {
    name: 'template/v1',
    // Generating takes no time. This only limits how many dialogs are being stored at once.
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

  // A step selects the same index in both lists, so that no scene is repeated if a translation is added or removed.
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

/** Spreads the words over the scenes, so that different words start with different scenes. */
function firstStep(word: Word): number {
  return createHash('sha256').update(word.id).digest().readUInt32BE();
}
