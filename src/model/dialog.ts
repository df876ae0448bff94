import type { DialogReview } from './dialog-review.ts';
import type { SelfCheck } from './self-check.ts';
import type { DialogTrial } from './trial.ts';
import type { Word } from './word.ts';

/** What follows the word's id in the id of its dialog. */
const NUMBERED = /^(?:[0-9a-z]{1,8}-)?(\d{1,9})$/;

/** One utterance of a dialog. */
export interface Turn {
  readonly speaker: string;
  /** In the target language. */
  readonly text: string;
  /** In the native language. */
  readonly translation: string | null;
  /** The name of the turn's recording in the audio storage. Null if it has none. */
  readonly audio: string | null;
}

/** A short conversation that uses one word. It is unused until it is claimed or marked as used. */
export interface Dialog {
  readonly id: string;
  readonly profileId: string;
  readonly wordId: string;
  readonly turns: readonly Turn[];
  readonly isUsed: boolean;
  readonly usedAt: Date | null;
  /** The reference voice that the profile had when the dialog was created. */
  readonly refVoiceId: string | null;
  /** What wrote the dialog, for example `template/v2` or the name of a language model. */
  readonly generator: string;
  /** How the dialog was meant to be written, as `styleText` writes it. Null if nothing was varied. */
  readonly style: string | null;
  /** What was seen of the dialog when it was created. Null if it was not checked, as for dialogs of other writers. */
  readonly selfCheck: SelfCheck | null;
  /** The trial of a prompt that the dialog belongs to. Null if it belongs to none. */
  readonly trial: DialogTrial | null;
  /** What the learner reported after practising with it. Null before. */
  readonly review: DialogReview | null;
  readonly createdAt: Date;
}

/** Whether every turn has a recording. */
export function isVoiced({ turns }: Pick<Dialog, 'turns'>): boolean {
  return turns.every(({ audio }) => audio !== null);
}

/**
 * Adds recordings to turns. A turn that already has one keeps it.
 * @param names the names of recordings, by the text of the turn
 */
export function withRecordings(turns: readonly Turn[], names: ReadonlyMap<string, string>): Turn[] {
  return turns.map((turn) => ({ ...turn, audio: turn.audio ?? names.get(turn.text) ?? null }));
}

/** How many unused and used dialogs a profile has. */
export interface DialogCounts {
  readonly unused: number;
  readonly used: number;
}

/**
 * The id of a word's dialog: `<word id>.<series>-<number>`, or `<word id>.<number>` if the word has no series.
 *
 * Two callers that create a dialog for the same word at the same time read the same number and choose the same id. A
 * store refuses an id that is taken, so only one of them succeeds.
 * @param number how many dialogs the word had before
 */
export function dialogId({ id, dialogSeries }: Pick<Word, 'id' | 'dialogSeries'>, number: number): string {
  return dialogSeries === null ? `${id}.${number}` : `${id}.${dialogSeries}-${number}`;
}

/** The number in a dialog's id, of any series. Null if another writer chose the id in a different way. */
export function dialogNumber(wordId: string, id: string): number | null {
  const rest = id.startsWith(`${wordId}.`) ? id.slice(wordId.length + 1) : '';
  const [, digits] = NUMBERED.exec(rest) ?? [];
  return digits === undefined ? null : Number(digits);
}

type Aged = Pick<Dialog, 'createdAt' | 'id'>;

/** Compares two dialogs so that the newest comes first, and of the same date the one with the highest id. */
export function byAgeDescending(one: Aged, other: Aged): number {
  return other.createdAt.getTime() - one.createdAt.getTime() || (one.id < other.id ? 1 : -1);
}
