import type { Recording, Sentence } from '../model/recording.ts';

/**
 * Speaks sentences.
 *
 * Implementations have their own deadlines and retries: when a promise settles, nothing more can be done for this
 * sentence. How many are spoken at once is the caller's part.
 */
export interface Voice {
  /** What speaks: part of the address of every recording, so that another model makes its own. */
  readonly model: string;
  /** How many sentences the process may have spoken at once, all profiles together. At least 1. */
  readonly concurrency: number;
  /**
   * @param mayGoOn whether another attempt may begin; one that is on its way is waited for, since it is paid for
   * @throws {SentenceFailed} for this sentence only: refused content, an answer that is no audio or too large, a
   *   failure that outlasted the retries and may have to do with the sentence
   * @throws {VoiceFailed} as a whole: a refused key, no quota, unreachable; other sentences would fail too
   */
  speak(sentence: Sentence, mayGoOn: () => boolean): Promise<Recording>;
}

/** This sentence cannot be heard just now; others may be. The message is for the log and holds no secret. */
export class SentenceFailed extends Error {
  override readonly name = 'SentenceFailed';
}

/** No sentence can be heard just now. The message is for the log and holds no secret. */
export class VoiceFailed extends Error {
  override readonly name = 'VoiceFailed';
}
