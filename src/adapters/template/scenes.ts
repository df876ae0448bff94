/** Scenes that need nothing but the word, with their numbers of turns. */
export const WORD_SCENES = [
  { name: 'onTheRadio', turns: 4 },
  { name: 'onTheMirror', turns: 3 },
  { name: 'howToWriteIt', turns: 4 },
  { name: 'sayItSlowly', turns: 5 },
  { name: 'inTheTest', turns: 5 },
  { name: 'inAStory', turns: 6 },
] as const;

/** Scenes that also use the word's translation. There are as many as without, since a word goes through both in step. */
export const MEANING_SCENES = [
  { name: 'howToSayIt', turns: 4 },
  { name: 'whatItMeans', turns: 4 },
  { name: 'flashcards', turns: 5 },
  { name: 'subtitles', turns: 4 },
  { name: 'tipOfTheTongue', turns: 6 },
  { name: 'homework', turns: 3 },
] as const satisfies { readonly length: (typeof WORD_SCENES)['length'] };

/** What a scene may mention. Everything is worded for the language that the scene is in. */
interface CitedWord {
  /** The word in quotation marks: cited and never inflected, it fits whatever its part of speech. */
  readonly word: string;
}

interface CitedPair extends CitedWord {
  /** The word's translation in quotation marks. */
  readonly meaning: string;
  /** Names of the language being learned and of the one the learner knows. */
  readonly target: string;
  readonly native: string;
}

/** The lines of a scene, by their number. */
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

/** BCP 47 tags of the languages that the scenes are written in. */
export type LanguageTag = 'en' | 'es' | 'fr' | 'de' | 'it' | 'pt' | 'zh-Hans' | 'ja';

/**
 * The scenes in one language, at about level A2. A line means the same as the line of the same place in every
 * other language, and mentions the same things, since each serves as the other's translation. The first speaker is
 * a woman and the second a man, so that words which agree with the speaker do so in all languages.
 */
export interface Language {
  readonly tag: LanguageTag;
  /** How this language names itself and the others where something is said "in" them. */
  readonly names: Readonly<Record<LanguageTag, string>>;
  readonly speakers: readonly [string, string];
  /** Puts a cited text in quotation marks. */
  readonly quote: (text: string) => string;
  readonly withWord: Scenes<typeof WORD_SCENES, CitedWord>;
  readonly withMeaning: Scenes<typeof MEANING_SCENES, CitedPair>;
}
