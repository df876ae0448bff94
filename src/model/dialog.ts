/** One utterance of a dialog. */
export interface Turn {
  readonly speaker: string;
  /** In the target language. */
  readonly text: string;
  /** In the native language. */
  readonly translation: string | null;
  /** Name of the recording in the audio storage, null while the turn is silent. */
  readonly audio: string | null;
}

/** A short conversation in which one word is used. Unused until a learner practises with it. */
export interface Dialog {
  readonly id: string;
  readonly profileId: string;
  readonly wordId: string;
  readonly turns: readonly Turn[];
  readonly isUsed: boolean;
  readonly usedAt: Date | null;
  /** The profile's reference voice at the time the dialog was made. */
  readonly refVoiceId: string | null;
  /** What wrote it, for example `template/v1` or the name of a model. */
  readonly generator: string;
  readonly createdAt: Date;
}

/** Whether every turn can be heard. */
export function isVoiced({ turns }: Pick<Dialog, 'turns'>): boolean {
  return turns.every(({ audio }) => audio !== null);
}

/** The turns with the recordings named for their texts; a turn that has one keeps it. */
export function withRecordings(turns: readonly Turn[], names: ReadonlyMap<string, string>): Turn[] {
  return turns.map((turn) => ({ ...turn, audio: turn.audio ?? names.get(turn.text) ?? null }));
}

/** How many dialogs of a profile wait in the pool, and how many have been taken out of it. */
export interface DialogCounts {
  readonly unused: number;
  readonly used: number;
}

/**
 * The id of a word's dialog: the word's id and how many dialogs the word had before. Of two creators that saw
 * the same past, both choose the same id, and a store that refuses a taken id lets only one of them through.
 */
export function dialogId(wordId: string, number: number): string {
  return `${wordId}.${number}`;
}

/** The number in a dialog's id, or null where another writer chose the id in its own way. */
export function dialogNumber(wordId: string, id: string): number | null {
  const digits = id.startsWith(`${wordId}.`) ? id.slice(wordId.length + 1) : '';
  return /^\d{1,9}$/.test(digits) ? Number(digits) : null;
}
