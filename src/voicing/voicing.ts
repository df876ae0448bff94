import { setMaxListeners } from 'node:events';
import { Backoff } from '../concurrency/backoff.ts';
import type { Dialog } from '../model/dialog.ts';
import { CodedError } from '../model/errors.ts';
import type { Profile } from '../model/profile.ts';
import { runWithoutCost } from '../ports/cost.ts';
import type { Events } from '../ports/events.ts';
import { existingProfile } from '../ports/existing-profile.ts';
import { countSilentTurns } from './count-silent-turns.ts';
import { ProfileBreakers, voiceBreaker } from './profile-breakers.ts';
import { type RoundResult, VoicingRounds, type VoicingRoundsTools } from './voicing-rounds.ts';

/** What voicing depends on. */
export interface VoicingTools extends VoicingRoundsTools {
  /** Reports which dialogs were stored and which top-ups were asked for. */
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
   * Voices the silent turns of the profile's unused dialogs, also those that failed a short time ago. If no voice is
   * configured, it only counts the silent turns.
   * @throws {ProfileNotFound | StoreUnavailable} with every recording made so far kept
   */
  voiceDialogs(profileId: string): Promise<VoicedDialogs>;
  /**
   * Buys nothing more, and resolves when every recording that was paid for is stored. Work begun later does nothing.
   */
  finish(): Promise<void>;
}

/** The shortest time between two searches for a profile's silent turns, so that polling a full pool costs little. */
const SEARCH_PAUSE_MS = 10_000;

/**
 * Creates the voicing that follows top-ups in the background and does not delay them. Its errors are logged.
 * - A new dialog is voiced at once.
 * - Each top-up that is asked for also starts a search for silent turns in the profile's unused dialogs. There is at
 *   most one search in ten seconds, and one more after a failure of the voice or the store.
 */
export function createVoicing(tools: VoicingTools): Voicing {
  const { store, clock, log, events } = tools;
  const stopping = new AbortController();
  // Every profile that waits for the end of a pause listens to it.
  setMaxListeners(0, stopping.signal);
  const rounds = new VoicingRounds(tools, stopping.signal);
  const breakers = new ProfileBreakers(clock);
  const searches = new Backoff(clock, { first: SEARCH_PAUSE_MS, longest: SEARCH_PAUSE_MS });
  const running = new Set<Promise<unknown>>();
  /** Profiles that are searched when the pause after a failure is over. */
  const waiting = new Set<string>();

  /** Searches for silent turns and voices them, at once or when the pause after a failure is over. */
  async function search(profile: Profile): Promise<void> {
    const breaker = breakers.of(profile.id);
    if (breaker.pauseLeftMs > 0) {
      if (waiting.has(profile.id)) return;
      waiting.add(profile.id);
      await clock.sleep(breaker.pauseLeftMs, stopping.signal);
      waiting.delete(profile.id);
    }
    searches.begin(profile.id);
    const options = { breaker, retryFailed: false, skipBusy: true };
    searchAgainIfCutShort(profile, await rounds.voiceSilent(profile, options));
  }

  async function voiceStored(profile: Profile, dialog: Dialog): Promise<void> {
    const breaker = breakers.of(profile.id);
    if (breaker.pauseLeftMs > 0) return search(profile);
    const options = { breaker, retryFailed: false, skipBusy: false };
    searchAgainIfCutShort(profile, await rounds.voiceDialog(profile, dialog, options));
  }

  /** Lets the next top-up search at once for the turns that a failure of the voice left silent. */
  function searchAgainIfCutShort(profile: Profile, { isCutShort }: RoundResult): void {
    if (isCutShort) searches.end(profile.id);
  }

  function inBackground(profile: Profile, work: () => Promise<void>): void {
    if (stopping.signal.aborted) return;
    // The cost of this work does not belong to the request that happened to start it.
    tracked(runWithoutCost(work)).catch((error) => {
      searches.end(profile.id);
      const fields = { profileId: profile.id, err: error };
      if (error instanceof CodedError) log.warn(fields, 'voicing failed; the next top-up continues it');
      else log.error(fields, 'an unexpected error while dialogs were being voiced');
    });
  }

  async function voiceNow(profileId: string): Promise<VoicedDialogs> {
    const profile = await existingProfile(store, profileId);
    // A caller that waits gets its own attempt, whatever has failed in the background.
    const options = { breaker: voiceBreaker(clock), retryFailed: true, skipBusy: false };
    const result = await rounds.voiceSilent(profile, options);
    searchAgainIfCutShort(profile, result);
    return { voiced: result.voiced, silent: await countSilentTurns(store, profileId) };
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
      if (!searches.isOn(profile.id)) inBackground(profile, () => search(profile));
    } else if (event.type === 'dialogStored') {
      inBackground(event.profile, () => voiceStored(event.profile, event.dialog));
    }
  });

  return {
    voiceDialogs: (profileId) => tracked(voiceNow(profileId)),
    async finish() {
      stopping.abort();
      await Promise.allSettled(running);
    },
  };
}
