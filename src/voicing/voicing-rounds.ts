import { setMaxListeners } from 'node:events';
import { allSettled } from '../concurrency/all-settled.ts';
import { withAnySignal } from '../concurrency/any-signal.ts';
import type { CircuitBreaker } from '../concurrency/circuit-breaker.ts';
import type { Dialog } from '../model/dialog.ts';
import type { PageRequest } from '../model/page.ts';
import type { Profile } from '../model/profile.ts';
import { shuffle } from '../model/shuffle.ts';
import type { Random } from '../ports/clock.ts';
import { Recorder, type RecorderTools } from './recorder.ts';
import { VoicingRound } from './voicing-round.ts';

/** What rounds depend on. */
export interface VoicingRoundsTools extends RecorderTools {
  readonly random: Random;
}

/** How a round is made. */
export interface RoundOptions {
  /** The round ends when it opens. */
  readonly breaker: CircuitBreaker;
  /** Whether to try sentences again that failed a short time ago. */
  readonly retryFailed: boolean;
  /** Whether to leave out dialogs that another round is working on. */
  readonly skipBusy: boolean;
}

/** What a round has done. */
export interface RoundResult {
  /** How many turns got a recording. */
  readonly voiced: number;
  /** Whether the round ended early, because its circuit breaker opened or the server stops. */
  readonly isCutShort: boolean;
}

/** A round works on this many dialogs at the same time. */
const PAGE = 25;

/** Makes the rounds of all profiles. They share one recorder. */
export class VoicingRounds {
  readonly #tools: VoicingRoundsTools;
  readonly #stopping: AbortSignal;
  readonly #recorder: Recorder;
  /** Keys of the dialogs that rounds are working on. */
  readonly #busy = new Set<string>();

  /** @param stopping once it is aborted, nothing more is bought */
  constructor(tools: VoicingRoundsTools, stopping: AbortSignal) {
    this.#tools = tools;
    this.#stopping = stopping;
    this.#recorder = new Recorder(tools);
  }

  /** Voices one dialog. */
  voiceDialog(profile: Profile, dialog: Dialog, options: RoundOptions): Promise<RoundResult> {
    return this.#inRound(profile, options, (round) => this.#voice(round, dialog));
  }

  /** Voices every silent turn of the profile's unused dialogs. */
  voiceSilent(profile: Profile, options: RoundOptions): Promise<RoundResult> {
    const { store, random } = this.#tools;
    return this.#inRound(profile, options, async (round, signal) => {
      let voiced = 0;
      let request: PageRequest | null = { first: PAGE, after: null };
      while (request !== null && !signal.aborted) {
        const { nodes, hasNextPage } = await store.silentDialogPage(profile.id, request);
        const dialogs = nodes.filter((dialog) => !(options.skipBusy && this.#busy.has(keyOf(dialog))));
        // In random order, two processes seldom wait for each other's sentences.
        const turns = await allSettled(shuffle(dialogs, random).map((dialog) => this.#voice(round, dialog)));
        voiced += turns.reduce((sum, count) => sum + count, 0);
        const last = nodes.at(-1);
        // An empty page has no cursor to continue from.
        request = hasNextPage && last ? { first: PAGE, after: last } : null;
      }
      return voiced;
    });
  }

  async #inRound(
    profile: Profile,
    { breaker, retryFailed }: RoundOptions,
    voice: (round: VoicingRound, signal: AbortSignal) => Promise<number>,
  ): Promise<RoundResult> {
    const { store, log } = this.#tools;
    return withAnySignal([breaker.nextOpening, this.#stopping], async (signal) => {
      // Each sentence listens to it.
      setMaxListeners(0, signal);
      const tools = { store, log, breaker, recorder: this.#recorder, signal, retryFailed };
      const voiced = await voice(new VoicingRound(tools, profile), signal);
      if (voiced > 0) log.info({ profileId: profile.id, voiced }, 'voiced turns');
      return { voiced, isCutShort: signal.aborted };
    });
  }

  async #voice(round: VoicingRound, dialog: Dialog): Promise<number> {
    const key = keyOf(dialog);
    this.#busy.add(key);
    try {
      return await round.voice(dialog);
    } finally {
      this.#busy.delete(key);
    }
  }
}

function keyOf({ profileId, id }: Dialog): string {
  return `${profileId}\0${id}`;
}
