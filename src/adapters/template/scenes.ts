/** Scenes that need only the word, with their numbers of turns. */
export const WORD_SCENES = [
  { name: 'onTheRadio', turns: 4 },
  { name: 'onTheMirror', turns: 3 },
  { name: 'howToWriteIt', turns: 4 },
  { name: 'sayItSlowly', turns: 5 },
  { name: 'inTheTest', turns: 5 },
  { name: 'inAStory', turns: 6 },
] as const;

/**
 * Scenes that also use the translation. There must be as many as in `WORD_SCENES`, because one index selects in both.
 */
export const MEANING_SCENES = [
  { name: 'howToSayIt', turns: 4 },
  { name: 'whatItMeans', turns: 4 },
  { name: 'flashcards', turns: 5 },
  { name: 'subtitles', turns: 4 },
  { name: 'tipOfTheTongue', turns: 6 },
  { name: 'homework', turns: 3 },
] as const satisfies { readonly length: (typeof WORD_SCENES)['length'] };

/** What a scene may mention, in the form that the language of the scene needs. */
interface CitedWord {
  /** The word in quotation marks. A quoted word is not inflected, so every part of speech fits. */
  readonly word: string;
}

interface CitedPair extends CitedWord {
  /** The word's translation in quotation marks. */
  readonly meaning: string;
  /** The names of the target language and the native language. */
  readonly target: string;
  readonly native: string;
}

/** The lines of a scene by the number of its turns. */
interface Lines {
  3: readonly [string, string, string];
  4: readonly [string, string, string, string];
  5: readonly [string, string, string, string, string];
  6: readonly [string, string, string, string, string, string];
}

interface SceneHead {
  readonly name: string;
  readonly turns: keyof Lines;
}

type Scenes<Heads extends readonly SceneHead[], Cited> = {
  readonly [Head in Heads[number] as Head['name']]: (cited: Cited) => Lines[Head['turns']];
};

/** BCP 47 tags of the languages that have scenes. */
export type LanguageTag = 'en' | 'es' | 'fr' | 'de' | 'it' | 'pt' | 'zh-Hans' | 'ja';

/**
 * The scenes in one language, at about level A2. Each line has the same meaning as the line with the same index in
 * every other language, and mentions the same things, because the lines serve as each other's translations. The first
 * speaker is a woman and the second a man, so that the forms that agree with the speaker are right in all languages.
 */
export interface Language {
  readonly tag: LanguageTag;
  /** The names of the languages in this language, in the form that follows "in". */
  readonly names: Readonly<Record<LanguageTag, string>>;
  readonly speakers: readonly [string, string];
  /** Puts a text in quotation marks. */
  readonly quote: (text: string) => string;
  readonly withWord: Scenes<typeof WORD_SCENES, CitedWord>;
  readonly withMeaning: Scenes<typeof MEANING_SCENES, CitedPair>;
}
