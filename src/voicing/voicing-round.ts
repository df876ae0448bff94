import { allSettled } from '../concurrency/all-settled.ts';
import type { CircuitBreaker } from '../concurrency/circuit-breaker.ts';
import type { Dialog } from '../model/dialog.ts';
import { CodedError } from '../model/errors.ts';
import type { Profile } from '../model/profile.ts';
import { AudioStorageFailed } from '../ports/audio-storage.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import { SentenceFailed, VoiceFailed } from '../ports/voice.ts';
import { NotWanted, type Recorder, type RecordOptions } from './recorder.ts';

/** What a round depends on, and how it records. */
export interface RoundTools extends Omit<RecordOptions, 'isWanted'> {
  readonly store: Store;
  readonly recorder: Recorder;
  readonly log: Log;
  /** It is told which sentences were bought and which failed. */
  readonly breaker: CircuitBreaker;
}

/**
 * One attempt to voice the silent turns of a profile's dialogs. A sentence is tried once in a round. If it fails, its
 * turns stay silent and the other sentences continue. If all its dialogs are removed before it is bought, it is tried again
 * for a dialog that comes later.
 */
export class VoicingRound {
  readonly #tools: RoundTools;
  readonly #profile: Profile;
  readonly #tried = new Map<string, Promise<string | null>>();
  /** The ids of the dialogs with each sentence. */
  readonly #dialogIds = new Map<string, string[]>();

  constructor(tools: RoundTools, profile: Profile) {
    this.#tools = tools;
    this.#profile = profile;
  }

  /**
   * Voices the silent turns of a dialog in the voice that the dialog was made for. Each recording is saved with the
   * dialog as soon as it exists. Recordings that arrive during a save are saved together.
   * @returns how many turns got a recording
   * @throws {StoreUnavailable} when nothing of this dialog is under way any more
   */
  async voice({ profileId, id, refVoiceId, turns }: Dialog): Promise<number> {
    if (refVoiceId === null) return 0;
    const { store } = this.#tools;
    const silent = turns.filter(({ text, audio }) => audio === null && text.trim() !== '');
    const arrived = new Map<string, string>();
    let voiced = 0;
    let saving: Promise<void> | null = null;

    const saveArrived = async () => {
      try {
        while (arrived.size > 0) {
          const names = new Map(arrived);
          arrived.clear();
          const turns = await store.saveRecordings(profileId, id, names);
          voiced += turns;
        }
      } finally {
        saving = null;
      }
    };
    await allSettled(
      Array.from(new Set(silent.map(({ text }) => text)), async (text) => {
        const name = await this.#record(refVoiceId, text, id);
        if (name === null) return;
        arrived.set(text, name);
        saving ??= saveArrived();
        await saving;
      }),
    );
    return voiced;
  }

  #record(voice: string, text: string, dialogId: string): Promise<string | null> {
    const key = JSON.stringify([voice, text]);
    const dialogIds = this.#dialogIds.get(key) ?? [];
    dialogIds.push(dialogId);
    this.#dialogIds.set(key, dialogIds);
    const tried = this.#tried.get(key) ?? this.#try(voice, text, () => this.#isWanted(key));
    this.#tried.set(key, tried);
    return tried;
  }

  /** Whether a dialog with the sentence exists: all may have been removed with their words or their profile. */
  async #isWanted(key: string): Promise<boolean> {
    const { id: profileId } = this.#profile;
    const keys = (this.#dialogIds.get(key) ?? []).map((dialogId) => ({ profileId, dialogId }));
    const anyExists = async (asked: typeof keys) =>
      (await this.#tools.store.dialogs(asked)).some((dialog) => dialog !== null);
    // Template dialogs repeat a sentence hundreds of times. Nearly always, the first of them exists.
    if ((await anyExists(keys.slice(0, 1))) || (await anyExists(keys.slice(1)))) return true;
    // A dialog of a later page may have it too.
    this.#tried.delete(key);
    return false;
  }

  /** @returns the name of the recording; null if the sentence stays silent. Unexpected errors are thrown */
  async #try(voice: string, text: string, isWanted: RecordOptions['isWanted']): Promise<string | null> {
    const { recorder, breaker, log, signal, retryFailed } = this.#tools;
    const { id: profileId, targetLanguage: language } = this.#profile;
    try {
      const sentence = { voice, text, language };
      const { name, bought } = await recorder.record(sentence, { signal, retryFailed, isWanted });
      if (bought) breaker.succeeded();
      return name;
    } catch (error) {
      if (error instanceof NotWanted) return null;
      const isOfSentence = error instanceof SentenceFailed;
      const hasOpened = isOfSentence ? breaker.failed() : breaker.open();
      if (!isExpected(error)) throw error;
      if (isOfSentence) log.warn({ profileId, err: error }, 'a sentence could not be voiced');
      // What fails for every sentence is logged once.
      const message = 'the voice fails as a whole: nothing more is bought for now';
      if (hasOpened) log.warn({ profileId, err: error }, message);
      return null;
    }
  }
}

/** Whether the voice, the audio storage or the store reported a failure. Every other error is a defect. */
function isExpected(error: unknown): boolean {
  const expected = [SentenceFailed, VoiceFailed, AudioStorageFailed, CodedError];
  return expected.some((kind) => error instanceof kind);
}
