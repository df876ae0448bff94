import { allSettled } from '../concurrency/all-settled.ts';
import { Backoff } from '../concurrency/backoff.ts';
import type { Dialog } from '../model/dialog.ts';
import { CodedError, ProfileNotFound } from '../model/errors.ts';
import type { PageRequest } from '../model/page.ts';
import type { Profile } from '../model/profile.ts';
import { shuffle } from '../model/shuffle.ts';
import type { Random } from '../ports/clock.ts';
import { runWithoutCost } from '../ports/cost.ts';
import type { Events } from '../ports/events.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { countSilentTurns } from './count-silent-turns.ts';
import { Recorder, type RecorderTools } from './recorder.ts';
import { VoicingRound } from './voicing-round.ts';

/** What voicing needs. */
export interface VoicingTools extends RecorderTools {
  readonly random: Random;
  /** Tells which dialogs there are to voice. */
  readonly events: Events;
}

/** What `voiceDialogs` reports. */
export interface VoicedDialogs {
  /** Turns that got a recording from this call. */
  readonly voiced: number;
  /** Turns of the profile's unused dialogs that have none, counted in the store at the end. */
  readonly silent: number;
}

/** Has the turns of dialogs spoken. */
export interface Voicing {
  /**
   * Voices what is silent in the profile's unused dialogs, also what failed a moment ago. If no voice is configured, it
   * only counts the silent turns.
   * @throws {ProfileNotFound | StoreUnavailable} with every recording made so far kept
   */
  voiceDialogs(profileId: string): Promise<VoicedDialogs>;
  /** Buys nothing more, and resolves when what was paid for is stored. What is begun afterwards does nothing. */
  finish(): Promise<void>;
}

/** Dialogs worked on at the same time by one round. */
const PAGE = 25;
/** Clients ask for top-ups as often as they like: a full pool must not cost a search each time. */
const SEARCH_PAUSE_MS = 10_000;

/**
 * Creates the voicing that follows top-ups in the background, without holding them up. What goes wrong is logged.
 * - A new dialog is voiced at once.
 * - With every top-up that is asked for, it voices what was left silent in the profile's unused dialogs. It looks for
 *   that at most once in ten seconds, or as soon as a voice or a store that failed may work again.
 */
export function createVoicing(tools: VoicingTools): Voicing {
  const { store, clock, log, random, events } = tools;
  const recorder = new Recorder(tools);
  const backgroundBreaker = new CircuitBreaker(clock);
  const searches = new Backoff(clock, { first: SEARCH_PAUSE_MS, longest: SEARCH_PAUSE_MS });
  const ending = new AbortController();
  const running = new Set<Promise<unknown>>();
  /** Dialogs that are being voiced. Work in the background passes over them. */
  const atWork = new Set<string>();
  /** Profiles that are voiced when the pause after a failure is over. */
  const waiting = new Set<string>();

  /**
   * @param breaker that stop it
   * @param voice voices dialogs by the round given, and says how many turns got a recording
   * @returns the same number
   */
  async function inRound(
    profile: Profile,
    breaker: CircuitBreaker,
    voice: (round: VoicingRound, mayGoOn: () => boolean) => Promise<number>,
  ): Promise<number> {
    const healthy = breaker.watch(profile.id);
    // A caller that waits gets its own attempt, whatever failed in the background.
    const insists = breaker !== backgroundBreaker;
    const mayGoOn = () => healthy() && !ending.signal.aborted;
    const round = new VoicingRound({ store, recorder, log, breaker, mayGoOn, insists }, profile);
    const voiced = await voice(round, mayGoOn);
    if (voiced > 0) log.info({ profileId: profile.id, voiced }, 'voiced turns');
    // What a breakdown left silent is not to wait for the next search's turn.
    if (!healthy()) searches.end(profile.id);
    return voiced;
  }

  /** @param passOver keys of dialogs that are left to others */
  function voiceSilent(
    profile: Profile,
    breaker: CircuitBreaker,
    passOver: ReadonlySet<string>,
  ): Promise<number> {
    return inRound(profile, breaker, async (round, mayGoOn) => {
      let voiced = 0;
      let request: PageRequest | null = { first: PAGE, after: null };
      while (request !== null && mayGoOn()) {
        const { nodes, hasNextPage } = await store.silentDialogPage(profile.id, request);
        const dialogs = nodes.filter((dialog) => !passOver.has(keyOf(dialog)));
        // In an order of chance, two processes seldom wait for each other's sentences.
        const turns = await allSettled(shuffle(dialogs, random).map((dialog) => voiceDialog(round, dialog)));
        voiced += turns.reduce((sum, count) => sum + count, 0);
        const last = nodes.at(-1);
        // From an empty page there is nowhere to go on from.
        request = hasNextPage && last ? { first: PAGE, after: last } : null;
      }
      return voiced;
    });
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

  /** At once, or when the pause after a failure is over. */
  async function takeUp(profile: Profile): Promise<void> {
    const pause = backgroundBreaker.pauseMs(profile.id);
    if (pause > 0) {
      if (waiting.has(profile.id)) return;
      waiting.add(profile.id);
      await clock.sleep(pause, ending.signal);
      waiting.delete(profile.id);
    }
    searches.begin(profile.id);
    await voiceSilent(profile, backgroundBreaker, atWork);
  }

  async function voiceStored(profile: Profile, dialog: Dialog): Promise<void> {
    if (backgroundBreaker.pauseMs(profile.id) > 0) await takeUp(profile);
    else await inRound(profile, backgroundBreaker, (round) => voiceDialog(round, dialog));
  }

  function inBackground(profile: Profile, work: () => Promise<void>): void {
    if (ending.signal.aborted) return;
    // What it costs is not the cost of the request that happened to begin it.
    tracked(runWithoutCost(work)).catch((error) => {
      searches.end(profile.id);
      const where = { profileId: profile.id, err: error };
      if (error instanceof CodedError) log.warn(where, 'voicing was broken off; the next top-up takes it up');
      else log.error(where, 'an unexpected error while dialogs were being voiced');
    });
  }

  async function voiceNow(profileId: string): Promise<VoicedDialogs> {
    const [profile] = await store.profiles([profileId]);
    if (!profile) throw new ProfileNotFound(profileId);
    const voiced = await voiceSilent(profile, new CircuitBreaker(clock), new Set());
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

  events.subscribe((event) => {
    if (event.type === 'topUpRequested') {
      const { profile } = event;
      if (!searches.isOn(profile.id)) inBackground(profile, () => takeUp(profile));
    } else if (event.type === 'dialogStored') {
      inBackground(event.profile, () => voiceStored(event.profile, event.dialog));
    }
  });

  return {
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
