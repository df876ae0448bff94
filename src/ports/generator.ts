import type { Dialog } from '../model/dialog.ts';
import type { Draft } from '../model/draft/draft.ts';
import type { Profile } from '../model/profile.ts';
import type { Usage } from '../model/spend.ts';
import type { Word } from '../model/word.ts';

/** What a dialog is written for. */
interface DialogContext {
  readonly profile: Profile;
  readonly word: Word;
  /** The word's last dialogs, newest first, at most 3. The new dialog must differ from them. */
  readonly earlier: readonly Dialog[];
  /** The texts of words that the learner has learned, at most 500. */
  readonly known: readonly string[];
}

/** What the styles of a dialog may depend on. */
export interface StyleRequest extends DialogContext {
  /** The styles of the word's last dialogs, newest first, at most 24. Null for a dialog without a style. */
  readonly ofWord: readonly (string | null)[];
  /** The same of the profile's last dialogs, at most 12, with those that are being written. */
  readonly latest: readonly (string | null)[];
}

/** Everything that a generator may use to write a dialog. */
export interface DialogRequest extends DialogContext {
  /** How many dialogs of the word were written before. */
  readonly number: number;
  /** The version of the prompt to write with: one of the generator's `versions`. */
  readonly version: string;
  /** How to write it: one of the generator's `styles` for this dialog. Null if it has none. */
  readonly style: string | null;
  /** The last dialogs in the target language that the learner rated 4 or 5, newest first, at most 2: examples to follow. */
  readonly liked: readonly Dialog[];
  /** The last such dialog that the learner rated 1 or 2, if there is one: an example to avoid. */
  readonly disliked: readonly Dialog[];
}

export interface GenerateOptions {
  /**
   * Once it is aborted, no further paid call is begun: the request is given up as GeneratorFailed. A call under way is
   * waited for, since it is paid for. Read this property again before each call: the caller may replace the signal.
   */
  readonly signal: AbortSignal;
  /** Awaited before each paid call. If it rejects, the call is not made, and the request fails with the same error. */
  readonly reserveCall: () => Promise<void>;
  /** Called when a paid call has ended, also if its response is not used. */
  readonly onCall: (usage: Usage) => void;
  /** Called if a reserved call was not made after all, or was refused without payment. */
  readonly onUnpaidCall: () => void;
}

/** For a generator that makes no paid calls. */
export const FREE_OF_CHARGE: GenerateOptions = {
  signal: new AbortController().signal,
  reserveCall: async () => undefined,
  onCall: () => undefined,
  onUnpaidCall: () => undefined,
};

/**
 * Writes dialogs.
 *
 * An implementation limits how many calls it makes at once, over all profiles of the process, and has its own deadlines
 * and retries: a caller need not repeat a request that failed. Requests are independent of each other, and any number of
 * them may run at once.
 */
export interface DialogGenerator {
  /** What writes the dialogs, for example the name of a model. For logs and metrics. */
  readonly name: string;
  /**
   * The versions of its prompt that it can write with, oldest first, for example `template/v2`. The version of a dialog is
   * stored with it. A prompt that changes is a new version. One that is in use in a store must not be removed.
   */
  readonly versions: readonly [string, ...string[]];
  /** How many requests it works on at once, at least 1. A top-up starts no more. */
  readonly concurrency: number;
  /**
   * Says why it can write no dialog for profiles with these languages; null if it can. The message is for the log.
   * A generator that refuses no language leaves it out.
   */
  languageFault?(languages: Pick<Profile, 'targetLanguage' | 'nativeLanguage'>): string | null;
  /**
   * The styles in which the dialog can be written, as `styleText` writes them. Empty if nothing varies, or if there can
   * be no dialog of the word. Takes no time and costs nothing.
   */
  styles(request: StyleRequest): readonly string[];
  /**
   * @returns a draft that passes `draftFault`
   * @throws {WordFailed} if this word alone failed: an invalid response, refused content, an unsupported language
   * @throws {WordPostponed} if other words are to be tried before this one. If it is requested again after them, it is
   *   not postponed once more
   * @throws {BudgetExhausted} if `reserveCall` rejects with it
   * @throws {GeneratorFailed} if other words would fail too: a refused key, no quota, an unreachable provider
   */
  generate(request: DialogRequest, options: GenerateOptions): Promise<Draft>;
}

/** There is no dialog for this word. Another word may succeed. The message is shown to users. */
export class WordFailed extends Error {
  override readonly name = 'WordFailed';
}

/** No call was made for this word, because other words are to be tried first. The message is for the log. */
export class WordPostponed extends Error {
  override readonly name = 'WordPostponed';
}

/** The profile may have no more paid calls today. The message is for the log. */
export class BudgetExhausted extends Error {
  override readonly name = 'BudgetExhausted';
}

/** There is no dialog for any word now. The message is for the log and must not hold a secret. */
export class GeneratorFailed extends Error {
  override readonly name = 'GeneratorFailed';
}
