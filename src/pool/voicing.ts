import type { Dialog } from '../model/dialog.ts';
import { ProfileNotFound } from '../model/errors.ts';
import type { PageRequest } from '../model/page.ts';
import type { Profile } from '../model/profile.ts';
import { allSettled } from './all-settled.ts';
import { countSilentTurns } from './count-silent-turns.ts';
import type { Random } from './ports/clock.ts';
import { Recorder, type RecorderTools } from './recorder.ts';
import { shuffle } from './shuffle.ts';
import { VoiceTroubles } from './voice-troubles.ts';
import { VoicingRound } from './voicing-round.ts';

/** What voicing needs. */
export interface VoicingTools extends RecorderTools {
  readonly random: Random;
}

/** What `voiceDialogs` reports. */
export interface VoicedDialogs {
  /** Turns that got a recording from this call. */
  readonly voiced: number;
  /** Turns of the profile's unused dialogs that have none, counted in the store at the end. */
  readonly silent: number;
}

/** Has the turns of dialogs spoken. It follows the making of dialogs and never holds it up. */
export interface Voicing {
  /**
   * Voices in the background what is silent in the profile's unused dialogs: to be called when a dialog has been
   * stored, and by every top-up for what was left silent before. Returns at once and never throws; what goes wrong
   * is logged.
   */
  begin(profile: Profile): void;
  /**
   * Does the same while the caller waits, and without a pause after a failure.
   * @throws {ProfileNotFound | StoreUnavailable} with every recording made so far kept
   */
  voiceDialogs(profileId: string): Promise<VoicedDialogs>;
  /** Buys nothing more, and resolves when what was paid for is stored. What is begun afterwards does nothing. */
  finish(): Promise<void>;
}

/** Dialogs worked on at the same time by one round. */
const PAGE = 25;

export function createVoicing(tools: VoicingTools): Voicing {
  const { store, clock, log, random } = tools;
  const recorder = new Recorder(tools);
  const backgroundTroubles = new VoiceTroubles(clock);
  const ending = new AbortController();
  const running = new Set<Promise<unknown>>();
  /** Dialogs that are being voiced: what is begun in the background leaves them to whoever is at it. */
  const atWork = new Set<string>();
  /** Profiles that are voiced when the pause after a failure is over. */
  const waiting = new Set<string>();

  /**
   * @param troubles that stop it
   * @param passOver keys of dialogs that are left to others
   * @returns how many turns got a recording
   */
  async function voiceSilent(
    profile: Profile,
    troubles: VoiceTroubles,
    passOver: ReadonlySet<string>,
  ): Promise<number> {
    const healthy = troubles.watch(profile.id);
    const mayGoOn = () => healthy() && !ending.signal.aborted;
    const round = new VoicingRound({ store, recorder, log, troubles, mayGoOn }, profile);
    let voiced = 0;
    let request: PageRequest | null = { first: PAGE, after: null };
    while (request !== null && mayGoOn()) {
      const { nodes, hasNextPage } = await store.silentDialogPage(profile.id, request);
      const dialogs = nodes.filter((dialog) => !passOver.has(keyOf(dialog)));
      // In an order of chance, two processes seldom wait for each other's sentences.
      const turns = await allSettled(shuffle(dialogs, random).map((dialog) => voiceDialog(round, dialog)));
      voiced += turns.reduce((sum, count) => sum + count, 0);
      request = hasNextPage ? { first: PAGE, after: nodes.at(-1) ?? null } : null;
    }
    if (voiced > 0) log.info({ profileId: profile.id, voiced }, 'voiced turns');
    return voiced;
  }

  async function voiceDialog(round: VoicingRound, dialog: Dialog): Promise<number> {
    const key = keyOf(dialog);
    atWork.add(key);
    try {
      return await round.voice(dialog);
    } finally {
      atWork.delete(key);
    }
  }

  async function voiceLater(profile: Profile): Promise<void> {
    const pause = backgroundTroubles.pauseMs(profile.id);
    if (pause > 0) {
      if (waiting.has(profile.id)) return;
      waiting.add(profile.id);
      await clock.sleep(pause, ending.signal);
      waiting.delete(profile.id);
    }
    await voiceSilent(profile, backgroundTroubles, atWork);
  }

  async function voiceNow(profileId: string): Promise<VoicedDialogs> {
    const [profile] = await store.profiles([profileId]);
    if (!profile) throw new ProfileNotFound(profileId);
    // Whoever waits gets an attempt of their own, whatever has failed in the background.
    const voiced = await voiceSilent(profile, new VoiceTroubles(clock), new Set());
    return { voiced, silent: await countSilentTurns(store, profileId) };
  }

  async function tracked<Result>(work: Promise<Result>): Promise<Result> {
    running.add(work);
    try {
      return await work;
    } finally {
      running.delete(work);
    }
  }

  return {
    begin(profile) {
      if (ending.signal.aborted) return;
      tracked(voiceLater(profile)).catch((error) => {
        log.warn(
          { profileId: profile.id, err: error },
          'voicing was broken off; the next top-up takes it up',
        );
      });
    },
    voiceDialogs: (profileId) => tracked(voiceNow(profileId)),
    async finish() {
      ending.abort();
      await Promise.allSettled(running);
    },
  };
}

function keyOf({ profileId, id }: Dialog): string {
  return `${profileId}\0${id}`;
}
