import { recordingHash, type Sentence } from '../model/recording.ts';
import { keepLease } from './lease-keeper.ts';
import { Places } from './places.ts';
import type { AudioStorage } from './ports/audio-storage.ts';
import type { Clock, NewId } from './ports/clock.ts';
import type { Log } from './ports/log.ts';
import type { Store } from './ports/store.ts';
import type { Voice } from './ports/voice.ts';

/** What recording sentences needs. */
export interface RecorderTools {
  readonly store: Store;
  readonly voice: Voice;
  readonly audio: AudioStorage;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
}

/** A recording was about to be bought and is no longer wanted. */
export class NotWanted extends Error {}

/**
 * Buys each recording once. What is kept is not bought again, by any profile; callers of this process share one
 * purchase; and other processes are kept from it by a lease on the sentence, which lapses when its owner dies.
 */
export class Recorder {
  readonly #tools: RecorderTools;
  readonly #places: Places;
  readonly #underWay = new Map<string, Promise<string>>();

  constructor(tools: RecorderTools) {
    this.#tools = tools;
    this.#places = new Places(tools.voice.concurrency);
  }

  /**
   * The name of the sentence's recording, found or bought.
   * @param mayGoOn whether it may still be bought; what has been paid for is kept all the same
   * @throws {NotWanted | SentenceFailed | VoiceFailed | AudioStorageFailed | StoreUnavailable}
   */
  async record(sentence: Sentence, mayGoOn: () => boolean): Promise<string> {
    const hash = recordingHash(this.#tools.voice.model, sentence);
    for (let other = this.#underWay.get(hash); other !== undefined; other = this.#underWay.get(hash)) {
      // The other caller may have failed because it had stopped wanting it; this one makes its own attempt.
      const name = await other.catch(() => null);
      if (name !== null) return name;
    }
    const recording = this.#findOrBuy(hash, sentence, mayGoOn);
    this.#underWay.set(hash, recording);
    try {
      return await recording;
    } finally {
      this.#underWay.delete(hash);
    }
  }

  async #findOrBuy(hash: string, sentence: Sentence, mayGoOn: () => boolean): Promise<string> {
    const name = await this.#tools.audio.find(hash);
    return name ?? this.#places.take(() => this.#buy(hash, sentence, mayGoOn));
  }

  async #buy(hash: string, sentence: Sentence, mayGoOn: () => boolean): Promise<string> {
    const { voice, audio } = this.#tools;
    if (!mayGoOn()) throw new NotWanted();
    const lease = await keepLease(this.#tools, `voice:${hash}`);
    try {
      // It may have been made elsewhere since it was looked for, or while the lease was waited for.
      const name = await audio.find(hash);
      if (name !== null) return name;
      if (!mayGoOn()) throw new NotWanted();
      return await audio.save(hash, await voice.speak(sentence, mayGoOn));
    } finally {
      await lease.release();
    }
  }
}
