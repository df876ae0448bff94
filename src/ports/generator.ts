import type { Dialog } from '../model/dialog.ts';
import type { Draft } from '../model/draft/draft.ts';
import type { Profile } from '../model/profile.ts';
import type { Usage } from '../model/spend.ts';
import type { Word } from '../model/word.ts';

/** Everything that a generator may use to write a dialog. */
export interface DialogRequest {
  readonly profile: Profile;
  readonly word: Word;
  /** How many dialogs of the word were written before. */
  readonly number: number;
  /** The word's last dialogs, newest first, at most 3. The new dialog should differ from them. */
  readonly earlier: readonly Dialog[];
}

export interface GenerateOptions {
  /** Asked before each paid call; once it says no, what is not yet paid for is given up as GeneratorFailed. */
  readonly mayCall: () => boolean;
  /** Called when a paid call has ended, also if its response is not used. */
  readonly onCall: (usage: Usage) => void;
}

/**
 * Writes dialogs.
 *
 * An implementation limits how many calls it makes at once, over all profiles of the process, and has its own deadlines
 * and retries: a caller need not repeat a request that failed. Requests are independent of each other, and any number of
 * them may run at once.
 */
export interface DialogGenerator {
  /** What writes the dialogs, and in which version, for example `template/v1`. It is stored with every dialog. */
  readonly name: string;
  /** How many requests it works on at once, at least 1. A top-up starts no more. */
  readonly concurrency: number;
  /**
   * @returns a draft that passes `draftFault`
   * @throws {WordFailed} if this word alone failed: an invalid response, refused content, an unsupported language
   * @throws {GeneratorFailed} if other words would fail too: a refused key, no quota, an unreachable provider
   */
  generate(request: DialogRequest, options: GenerateOptions): Promise<Draft>;
}

/** There is no dialog for this word. Another word may succeed. The message is shown to users. */
export class WordFailed extends Error {
  override readonly name = 'WordFailed';
}

/** There is no dialog for any word now. The message is for the log and must not hold a secret. */
export class GeneratorFailed extends Error {
  override readonly name = 'GeneratorFailed';
}
