import { Backoff } from '../concurrency/backoff.ts';
import { LeaseAttempts } from '../concurrency/lease-keeper.ts';
import { Semaphore } from '../concurrency/semaphore.ts';
import { recordingHash, type Sentence } from '../model/recording.ts';
import type { AudioStorage } from '../ports/audio-storage.ts';
import type { Clock, NewId } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import { SentenceFailed, type Voice } from '../ports/voice.ts';

/** What recording sentences needs. */
export interface RecorderTools {
  readonly store: Store;
  readonly voice: Voice;
  readonly audio: AudioStorage;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
}

/** A sentence that can be heard. */
export interface Recorded {
  /** The name of the recording. */
  readonly name: string;
  /** Whether it was bought for this caller. */
  readonly bought: boolean;
}

/** What a caller wants. */
export interface RecordOptions {
  /** Whether it may still be bought; what has been paid for is kept all the same. */
  readonly mayGoOn: () => boolean;
  /** Whether to try also a sentence that is left alone for a while because it failed. */
  readonly insists: boolean;
}

/** How long a sentence that failed is left alone: it may fail for good, and its attempts may be paid for. */
const FAILED_PAUSE_MS = { first: 30_000, longest: 60 * 60_000 } as const;

/** A recording was about to be bought and is not wanted, or not now. */
export class NotWanted extends Error {}

/**
 * Buys each recording once. What is kept is not bought again, by any profile; callers of this process share one
 * purchase; and other processes are kept from it by a lease on the sentence, which is taken over when its owner dies.
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
   * Finds the sentence's recording, or buys it.
   * @throws {NotWanted | SentenceFailed | VoiceFailed | AudioStorageFailed | StoreUnavailable}
   */
  async record(sentence: Sentence, options: RecordOptions): Promise<Recorded> {
    const hash = recordingHash(this.#tools.voice.model, sentence);
    for (let other = this.#underWay.get(hash); other !== undefined; other = this.#underWay.get(hash)) {
      // The other caller may have failed because it had stopped wanting it; this one makes its own attempt.
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
    if (!options.insists && this.#failed.isOn(hash)) throw new NotWanted();
    try {
      const recorded = await this.#buy(hash, sentence, options);
      this.#failed.end(hash);
      return recorded;
    } catch (error) {
      // What was broken off has not failed by itself.
      if (error instanceof SentenceFailed && options.mayGoOn()) this.#failed.begin(hash);
      throw error;
    }
  }

  async #buy(hash: string, sentence: Sentence, { mayGoOn }: RecordOptions): Promise<Recorded> {
    const { audio } = this.#tools;
    const attempts = new LeaseAttempts(this.#tools, `voice:${hash}`);
    for (;;) {
      // The place comes first: what queues for one must not keep other processes from the sentence.
      const recorded = await this.#semaphore.take(() => this.#buyLeased(attempts, hash, sentence, mayGoOn));
      if (recorded !== null) return recorded;
      // Waiting for another's purchase takes no place: others can be spoken meanwhile.
      await attempts.pause();
      const name = await audio.find(hash);
      if (name !== null) return { name, bought: false };
    }
  }

  /** @returns null while another process has the sentence's lease */
  async #buyLeased(
    attempts: LeaseAttempts,
    hash: string,
    sentence: Sentence,
    mayGoOn: () => boolean,
  ): Promise<Recorded | null> {
    const { voice, audio } = this.#tools;
    if (!mayGoOn()) throw new NotWanted();
    const lease = await attempts.take();
    if (lease === null) return null;
    try {
      // It may have been made elsewhere since it was looked for.
      const name = await audio.find(hash);
      if (name !== null) return { name, bought: false };
      if (!mayGoOn()) throw new NotWanted();
      const recording = await voice.speak(sentence, () => mayGoOn() && !lease.lost.aborted);
      return { name: await audio.save(hash, recording), bought: true };
    } finally {
      await lease.release();
    }
  }
}
