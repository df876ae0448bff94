import type { Dialog } from '../model/dialog.ts';
import type { Draft } from '../model/draft/draft.ts';
import type { Profile } from '../model/profile.ts';
import type { Word } from '../model/word.ts';

/** Everything a generator may know of the dialog it is to write. */
export interface DialogRequest {
  readonly profile: Profile;
  readonly word: Word;
  /** How many dialogs the word has had so far. */
  readonly number: number;
  /** The word's last dialogs, newest first, at most 3: the new one is to differ from them. */
  readonly earlier: readonly Dialog[];
}

/** What one paid call used. Tokens are null where the provider does not say. */
export interface Usage {
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
}

export interface GenerateOptions {
  /** Asked before each paid call; once it says no, what is not yet paid for is given up as GeneratorFailed. */
  readonly mayCall: () => boolean;
  /** Told of every paid call as it ends, also of those whose answer is thrown away. */
  readonly onCall: (usage: Usage) => void;
}

/**
 * Writes dialogs.
 *
 * Implementations limit their own calls (all profiles of the process together) and have their own deadlines and
 * retries: when a promise settles, nothing more can be done for this request. They share nothing between words,
 * and may be called many times at once.
 */
export interface DialogGenerator {
  /** Kept with every dialog, for example `template/v1`: what wrote it, and in which version. */
  readonly name: string;
  /** How many requests it works on at once; a top-up hands it no more. At least 1. */
  readonly concurrency: number;
  /**
   * @returns a draft that passes `draftFault`
   * @throws {WordFailed} for this word only: an invalid answer, refused content, a language it lacks
   * @throws {GeneratorFailed} as a whole: a refused key, no quota, unreachable; other words would fail too
   */
  generate(request: DialogRequest, options: GenerateOptions): Promise<Draft>;
}

/** No dialog can be had for this word; the next one may do. The message is shown to people. */
export class WordFailed extends Error {
  override readonly name = 'WordFailed';
}

/** No dialog can be had for any word just now. The message is for the log and may hold no secret. */
export class GeneratorFailed extends Error {
  override readonly name = 'GeneratorFailed';
}
