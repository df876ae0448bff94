import type { Recording, Sentence } from '../model/recording.ts';

/**
 * Speaks sentences.
 *
 * An implementation has its own deadlines and retries: a caller need not repeat a sentence that failed. The caller
 * limits how many sentences are spoken at once.
 */
export interface Voice {
  /** What speaks. It is a part of the hash of every recording, so that another model gets recordings of its own. */
  readonly model: string;
  /** How many sentences may be spoken at once, over all profiles of the process. At least 1. */
  readonly concurrency: number;
  /**
   * @param signal Once it is aborted, no further attempt begins: the sentence is given up as SentenceFailed. An attempt
   *   under way is waited for, since it is paid for.
   * @throws {SentenceFailed} if this sentence alone failed: refused content, a response that is no audio or too large, or
   *   a failure that the retries did not overcome and that may be caused by the sentence
   * @throws {VoiceFailed} if other sentences would fail too: a refused key, no quota, an unreachable service
   */
  speak(sentence: Sentence, signal: AbortSignal): Promise<Recording>;
}

/** This sentence cannot be spoken now. Another one may succeed. The message is for the log and holds no secret. */
export class SentenceFailed extends Error {
  override readonly name = 'SentenceFailed';
}

/** No sentence can be spoken now. The message is for the log and holds no secret. */
export class VoiceFailed extends Error {
  override readonly name = 'VoiceFailed';
}
