import type { Dialog } from '../model/dialog.ts';
import { allSettled } from './all-settled.ts';
import type { Log } from './ports/log.ts';
import type { Store } from './ports/store.ts';
import { SentenceFailed } from './ports/voice.ts';
import { NotWanted, type Recorder } from './recorder.ts';

/** Where so many sentences fail and none succeeds between them, it is not the sentences. */
const FAILURES_IN_A_ROW = 5;

/** What a round works with. */
export interface RoundTools {
  readonly store: Store;
  readonly recorder: Recorder;
  readonly log: Log;
  /** Whether anything more may be bought. */
  readonly mayGoOn: () => boolean;
  /** To be told when the voice fails as a whole: from then on, `mayGoOn` says no. */
  readonly onFailed: () => void;
}

/**
 * One attempt at the silent dialogs of a profile. A sentence is tried once in a round; one that fails stays silent
 * and the others go on. When the voice fails as a whole the round ends: what is under way is kept, and nothing more
 * is bought.
 */
export class VoicingRound {
  readonly #tools: RoundTools;
  readonly #language: string;
  readonly #tried = new Map<string, Promise<string | null>>();
  #failuresInARow = 0;

  /** @param language the BCP 47 tag of what is spoken */
  constructor(tools: RoundTools, language: string) {
    this.#tools = tools;
    this.#language = language;
  }

  /**
   * Voices what is silent in a dialog, in the voice that it was made for. Each recording is saved as soon as it is
   * there; those that arrive while one is being saved are saved together.
   * @returns how many turns got a recording
   * @throws {StoreUnavailable} once nothing of this dialog is under way any more
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
        const name = await this.#record(refVoiceId, text);
        if (name === null) return;
        arrived.set(text, name);
        saving ??= saveArrived();
        await saving;
      }),
    );
    return voiced;
  }

  #record(voice: string, text: string): Promise<string | null> {
    const key = JSON.stringify([voice, text]);
    const tried = this.#tried.get(key) ?? this.#try(voice, text);
    this.#tried.set(key, tried);
    return tried;
  }

  /** The name of the recording; null where the sentence stays silent. */
  async #try(voice: string, text: string): Promise<string | null> {
    const { recorder, mayGoOn } = this.#tools;
    try {
      const sentence = { voice, text, language: this.#language };
      const name = await recorder.record(sentence, mayGoOn);
      this.#failuresInARow = 0;
      return name;
    } catch (error) {
      if (!(error instanceof NotWanted)) this.#addFailure(error);
      return null;
    }
  }

  #addFailure(error: unknown): void {
    const { log, mayGoOn, onFailed } = this.#tools;
    this.#failuresInARow += 1;
    log.warn({ err: error }, 'a sentence could not be voiced');
    const whole = !(error instanceof SentenceFailed) || this.#failuresInARow >= FAILURES_IN_A_ROW;
    if (!whole || !mayGoOn()) return;
    log.warn({}, 'the voice failed as a whole: nothing more is bought for the moment');
    onFailed();
  }
}
