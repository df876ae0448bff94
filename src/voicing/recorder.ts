import { withAnySignal } from '../concurrency/any-signal.ts';
import { Backoff } from '../concurrency/backoff.ts';
import { LeaseAttempts } from '../concurrency/lease-keeper.ts';
import { Semaphore } from '../concurrency/semaphore.ts';
import { recordingHash, type Sentence } from '../model/recording.ts';
import type { AudioStorage } from '../ports/audio-storage.ts';
import type { Clock, NewId } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import { SentenceFailed, type Voice } from '../ports/voice.ts';

/** What the recorder depends on. */
export interface RecorderTools {
  readonly store: Store;
  readonly voice: Voice;
  readonly audio: AudioStorage;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
}

/** The recording of a sentence. */
export interface Recorded {
  /** The name of the recording in the audio storage. */
  readonly name: string;
  /** Whether it was bought for this caller. */
  readonly bought: boolean;
}

export interface RecordOptions {
  /** Once it is aborted, nothing more is bought. A call under way is waited for and its recording kept. */
  readonly signal: AbortSignal;
  /** Whether to try a sentence again that failed a short time ago. */
  readonly retryFailed: boolean;
  /** Whether the recording is still of use. Asked just before it is bought: the caller may have waited for long. */
  readonly isWanted: () => Promise<boolean>;
}

/**
 * How long a sentence is not tried again that failed or could not be saved: it may fail every time, and each attempt may
 * be paid for.
 */
const FAILED_PAUSE_MS = { first: 30_000, longest: 60 * 60_000 } as const;

/** The recording does not exist, and this caller does not want it bought, or not now. */
export class NotWanted extends Error {}

/**
 * Buys each recording once. A recording in the storage is used by all profiles. Callers of this process share one
 * purchase. Other processes are kept out by a lease on the sentence, which they take over if this process dies.
 */
export class Recorder {
  readonly #tools: RecorderTools;
  readonly #semaphore: Semaphore;
  readonly #failed: Backoff;
  readonly #underWay = new Map<string, Promise<Recorded>>();

  constructor(tools: RecorderTools) {
    this.#tools = tools;
    this.#semaphore = new Semaphore(tools.voice.concurrency);
    this.#failed = new Backoff(tools.clock, FAILED_PAUSE_MS);
  }

  /**
   * Finds the recording of a sentence, or buys it.
   * @throws {NotWanted | SentenceFailed | VoiceFailed | AudioStorageFailed | StoreUnavailable}
   */
  async record(sentence: Sentence, options: RecordOptions): Promise<Recorded> {
    const hash = recordingHash(this.#tools.voice.model, sentence);
    for (let other = this.#underWay.get(hash); other !== undefined; other = this.#underWay.get(hash)) {
      // The other caller may have failed because its signal was aborted. This caller makes its own attempt.
      const recorded = await other.catch(() => null);
      if (recorded !== null) return { ...recorded, bought: false };
    }
    const recording = this.#findOrBuy(hash, sentence, options);
    this.#underWay.set(hash, recording);
    try {
      return await recording;
    } finally {
      this.#underWay.delete(hash);
    }
  }

  async #findOrBuy(hash: string, sentence: Sentence, options: RecordOptions): Promise<Recorded> {
    const name = await this.#tools.audio.find(hash);
    if (name !== null) return { name, bought: false };
    if (!options.retryFailed && this.#failed.isOn(hash)) throw new NotWanted();
    try {
      const recorded = await this.#buy(hash, sentence, options);
      this.#failed.end(hash);
      return recorded;
    } catch (error) {
      if (error instanceof SentenceFailed) this.#failed.begin(hash);
      throw error;
    }
  }

  async #buy(hash: string, sentence: Sentence, options: RecordOptions): Promise<Recorded> {
    const { audio } = this.#tools;
    const attempts = new LeaseAttempts(this.#tools, `voice:${hash}`);
    for (;;) {
      // The permit comes before the lease: a caller that waits for a permit must not keep other processes out.
      const recorded = await this.#semaphore.take(() => this.#buyLeased(attempts, hash, sentence, options));
      if (recorded !== null) return recorded;
      // A caller that waits for another process needs no permit, so that other sentences can be spoken meanwhile.
      await attempts.pause(options.signal);
      const name = await audio.find(hash);
      if (name !== null) return { name, bought: false };
    }
  }

  /** @returns null while another process has the lease of the sentence */
  async #buyLeased(
    attempts: LeaseAttempts,
    hash: string,
    sentence: Sentence,
    { signal, isWanted }: RecordOptions,
  ): Promise<Recorded | null> {
    const { voice, audio } = this.#tools;
    if (signal.aborted) throw new NotWanted();
    const lease = await attempts.take();
    if (lease === null) return null;
    try {
      // Another process may have bought it since this one looked.
      const name = await audio.find(hash);
      if (name !== null) return { name, bought: false };
      if (!(await isWanted())) throw new NotWanted();
      await audio.checkWritable();
      const spoken = await withAnySignal([signal, lease.lost], async (mayBuy) => {
        if (mayBuy.aborted) throw new NotWanted();
        try {
          return await voice.speak(sentence, mayBuy);
        } catch (error) {
          // A sentence that was given up because of the signal has not failed by itself.
          throw error instanceof SentenceFailed && mayBuy.aborted ? new NotWanted() : error;
        }
      });
      try {
        return { name: await audio.save(hash, spoken), bought: true };
      } catch (error) {
        // It may fail every time, and would be paid for again.
        this.#failed.begin(hash);
        throw error;
      }
    } finally {
      await lease.release();
    }
  }
}
