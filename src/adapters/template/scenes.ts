/**
 * All scenes, with their numbers of turns. Half of them use the word: the word is a password, an answer in a game or a
 * name, which fits every part of speech without inflection. The others mention it: people talk about the word. Some of
 * these also mention its translation.
 */
export const SCENES = [
  { name: 'atTheDoor', does: 'use the word', turns: 4 },
  { name: 'onTheRadio', does: 'mention the word', turns: 4 },
  { name: 'newSong', does: 'use the word', turns: 4 },
  { name: 'whatItMeans', does: 'mention the translation', turns: 4 },
  { name: 'charades', does: 'use the word', turns: 5 },
  { name: 'howToWriteIt', does: 'mention the word', turns: 4 },
  { name: 'newCafe', does: 'use the word', turns: 5 },
  { name: 'flashcards', does: 'mention the translation', turns: 5 },
  { name: 'firstThought', does: 'use the word', turns: 5 },
  { name: 'sayItSlowly', does: 'mention the word', turns: 5 },
  { name: 'atTheCinema', does: 'use the word', turns: 4 },
  { name: 'howToSayIt', does: 'mention the translation', turns: 4 },
  { name: 'teamName', does: 'use the word', turns: 5 },
  { name: 'inAStory', does: 'mention the word', turns: 6 },
  { name: 'photoFolder', does: 'use the word', turns: 4 },
  { name: 'subtitles', does: 'mention the translation', turns: 4 },
] as const;

type Head = (typeof SCENES)[number];
/** A scene that has lines only for a word with a translation. */
type MeaningHead = Extract<Head, { does: 'mention the translation' }>;

/** What a scene may insert, in the form that the language of the scene needs. */
interface InsertedWord {
  /** The word in quotation marks. A quoted word is not inflected, so every part of speech fits. */
  readonly word: string;
  /** The word as the name of a song or a film. */
  readonly title: string;
  /**
   * The word as an exclamation without quotation marks; a word that ends with a sentence mark keeps its own. It must not
   * begin a line, since it may be written in lower case.
   */
  readonly exclaimed: string;
}

interface InsertedPair extends InsertedWord {
  /** The word's translation in quotation marks. */
  readonly meaning: string;
  /** The names of the target language and the native language. */
  readonly target: string;
  readonly native: string;
}

/** The lines of a scene by the number of its turns. */
interface Lines {
  4: readonly [string, string, string, string];
  5: readonly [string, string, string, string, string];
  6: readonly [string, string, string, string, string, string];
}

type Scenes<Heads extends Head, Inserted> = {
  readonly [One in Heads as One['name']]: (inserted: Inserted) => Lines[One['turns']];
};

/** BCP 47 tags of the languages that have scenes. */
export type LanguageTag = 'en' | 'es' | 'fr' | 'de' | 'it' | 'pt' | 'pt-PT' | 'zh-Hans' | 'ja';

/** The languages that lines can name. Variants of a language have the same name. */
export type LanguageName = 'en' | 'es' | 'fr' | 'de' | 'it' | 'pt' | 'zh' | 'ja';

/**
 * The scenes in one language, at about level A2. Each line has the same meaning as the line with the same index in
 * every other language, and mentions the same things, because the lines serve as each other's translations. The first
 * speaker is a woman and the second a man, so that the forms that agree with the speaker are right in all languages.
 */
export interface Language {
  readonly tag: LanguageTag;
  readonly name: LanguageName;
  /** The names of the languages in this language, in the form that follows "in". */
  readonly names: Readonly<Record<LanguageName, string>>;
  readonly speakers: readonly [string, string];
  /** Puts a text in quotation marks. */
  readonly quote: (text: string) => string;
  /** Puts the marks of an exclamation around a text that has no sentence mark. */
  readonly exclaim: (text: string) => string;
  /** Puts a title in the marks of titles. It is left out if these are the quotation marks. */
  readonly title?: (text: string) => string;
  readonly withWord: Scenes<Exclude<Head, MeaningHead>, InsertedWord>;
  readonly withMeaning: Scenes<MeaningHead, InsertedPair>;
}
