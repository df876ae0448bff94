/** The six levels of the Common European Framework of Reference for Languages. */
export const CEFR_LEVELS = ['A1', 'A2', 'B1', 'B2', 'C1', 'C2'] as const;
export type CefrLevel = (typeof CEFR_LEVELS)[number];

/** A learner's course: a language pair, a level and a voice. Words and dialogs belong to it. */
export interface Profile {
  /** 1 to 128 of letters, digits, `_`, `-` and `.` where this API made it; other writers may have used more. */
  readonly id: string;
  readonly name: string;
  /** BCP 47 tag of the language the learner knows. */
  readonly nativeLanguage: string;
  /** BCP 47 tag of the language being learned. */
  readonly targetLanguage: string;
  readonly level: CefrLevel | null;
  /** Reference voice handed to the speech synthesiser. */
  readonly refVoiceId: string | null;
  /** Target of the pool where a caller names none; 0 to 500. */
  readonly minDialogs: number;
  readonly createdAt: Date;
}

/** What can be changed of a profile. A field left out stays as it is. */
export type ProfileChange = Partial<Omit<Profile, 'id' | 'createdAt'>>;

/** The target of a profile's pool that names none, kept from the service that came before. */
export const DEFAULT_MIN_DIALOGS = 12;
