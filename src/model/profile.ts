/** The six levels of the Common European Framework of Reference for Languages. */
export const CEFR_LEVELS = ['A1', 'A2', 'B1', 'B2', 'C1', 'C2'] as const;
export type CefrLevel = (typeof CEFR_LEVELS)[number];

/**
 * In which order words get dialogs, teaching words before pending ones: each state in *random* order, or by *need*: of
 * four words drawn at random, the one that gains most from practice.
 */
export const WORD_ORDERS = ['random', 'need'] as const;
export type WordOrder = (typeof WORD_ORDERS)[number];
/** The `wordOrder` of a profile that sets none. */
export const DEFAULT_WORD_ORDER: WordOrder = 'random';

/** Whether states of words are changed *manually* alone, or *automatically* by reviews too. */
export const WORD_PROGRESSES = ['manual', 'automatic'] as const;
export type WordProgress = (typeof WORD_PROGRESSES)[number];
/** The `wordProgress` of a profile that sets none. */
export const DEFAULT_WORD_PROGRESS: WordProgress = 'manual';

/** A learner's course: a language pair, a level and a reference voice. Words and dialogs belong to it. */
export interface Profile {
  /** 1 to 128 letters, digits, `_`, `-` and `.` if this API created it. Other writers may use other ids. */
  readonly id: string;
  /** The subject that owns the profile. Null if no learner does; only services and readers see it then. */
  readonly ownerId: string | null;
  readonly name: string;
  /** The BCP 47 tag of the language that the learner knows. */
  readonly nativeLanguage: string;
  /** The BCP 47 tag of the language that is being learned. */
  readonly targetLanguage: string;
  readonly level: CefrLevel | null;
  /** The reference voice in which the speech service records dialogs. */
  readonly refVoiceId: string | null;
  /** The number of unused dialogs that the pool should have, 0 to 500. */
  readonly minDialogs: number;
  /** Whether claims and maintenance start top-ups by themselves. */
  readonly autoTopUp: boolean;
  /** The most paid calls on one UTC day, over all processes, 0 to `MAX_CALLS_PER_DAY`. Null if there is no limit. */
  readonly maxCallsPerDay: number | null;
  readonly wordOrder: WordOrder;
  readonly wordProgress: WordProgress;
  readonly createdAt: Date;
}

/** The changes to a profile. A field that is left out keeps its value. */
export type ProfileChange = Partial<Omit<Profile, 'id' | 'createdAt'>>;

/** The `minDialogs` of a profile that sets none. */
export const DEFAULT_MIN_DIALOGS = 12;

/** The largest `maxCallsPerDay` of a profile. */
export const MAX_CALLS_PER_DAY = 1_000_000;
