import { SingleFlight } from '../concurrency/single-flight.ts';
import type { Dialog } from '../model/dialog.ts';
import type { Profile } from '../model/profile.ts';
import { existingProfile } from '../ports/existing-profile.ts';
import { countSilentTurns } from '../voicing/count-silent-turns.ts';
import type { VoicedDialogs } from '../voicing/voicing.ts';
import { Progress } from './progress.ts';
import type { SkippedWord } from './skipped-word.ts';
import { type Spend, spendOf } from './spend.ts';
import { type TopUpDeps, type TopUpEnd, topUp } from './top-up.ts';

/** What `ensureDialogs` reports. */
export interface EnsuredDialogs extends TopUpEnd {
  readonly min: number;
  readonly created: readonly Dialog[];
  /** Every word that was tried and got no dialog, with the reason. */
  readonly skipped: readonly SkippedWord[];
  readonly spend: Spend;
}

/** The pools of all profiles: topping them up and taking dialogs out of them. */
export interface Pool {
  /**
   * Tops the profile's pool up to at least `min` unused dialogs, its own `minDialogs` where null. A top-up belongs to
   * the profile: it goes on when the caller no longer waits for it (rule 10).
   * @throws {ProfileNotFound | StoreUnavailable} with everything made so far kept
   */
  ensureDialogs(profileId: string, min: number | null): Promise<EnsuredDialogs>;
  /**
   * Takes up to `count` unused dialogs out of the pool, oldest first, each for this caller only (rule 9). A call that
   * repeats the key of an earlier one is given the dialogs of that one.
   */
  claimDialogs(profileId: string, count: number, claimKey?: string): Promise<Dialog[]>;
  /** Marks one dialog as used; marking it again changes nothing. @throws {ProfileNotFound | DialogNotFound} */
  markDialogUsed(profileId: string, dialogId: string): Promise<Dialog>;
  /**
   * Voices what is silent in the profile's unused dialogs; where no voice is configured, counts it.
   * @throws {ProfileNotFound | StoreUnavailable} with every recording made so far kept
   */
  voiceDialogs(profileId: string): Promise<VoicedDialogs>;
  /**
   * Lets the top-ups that are running go on for `graceMs` milliseconds; then has them begin no further word, and ends
   * them with what they have (GENERATOR_UNAVAILABLE where that is too little). Resolves when they have ended, with
   * everything that was paid for stored.
   */
  finish(graceMs: number): Promise<void>;
}

export function createPool(tools: TopUpDeps): Pool {
  const { store, generator, clock, newId, log, meter, prices, voicing } = tools;
  const runs = new SingleFlight(runTopUp);
  const running = new Set<Promise<unknown>>();
  let finishing = false;

  async function runTopUp(asked: Profile, min: number, waited: boolean): Promise<EnsuredDialogs> {
    const profileId = asked.id;
    let profile = asked;
    if (waited) {
      // What was read before the wait may be long past.
      const [now, unusedTotal] = await Promise.all([
        existingProfile(store, profileId),
        store.unusedTotal(profileId),
      ]);
      if (unusedTotal >= min) return nothingMade(now, min, unusedTotal);
      profile = now;
    }
    const began = clock.now().getTime();
    const progress = new Progress();
    let end: TopUpEnd | undefined;
    try {
      const mayBegin = () => !finishing;
      end = await topUp(tools, { profile, min, mayBegin }, progress);
      return { min, ...end, ...reportOf(progress) };
    } finally {
      const outcome = end?.outcome ?? 'BROKEN_OFF';
      const { created, skipped, spend } = reportOf(progress);
      const counts = { created: created.length, skipped: skipped.length, unusedTotal: end?.unusedTotal };
      const ms = clock.now().getTime() - began;
      log.info({ profileId, min, outcome, ...counts, ...spend, ms }, 'topped up');
      meter.toppedUp(generator.name, outcome, created.length);
    }
  }

  function reportOf({ created, skipped, calls }: Progress) {
    return { created, skipped, spend: spendOf(calls, prices) };
  }

  function nothingMade(profile: Profile, min: number, unusedTotal: number): EnsuredDialogs {
    return { profile, min, unusedTotal, outcome: 'SATISFIED', ...reportOf(new Progress()) };
  }

  async function ensureDialogs(profileId: string, givenMin: number | null): Promise<EnsuredDialogs> {
    const [profile, before] = await Promise.all([
      existingProfile(store, profileId),
      store.unusedTotal(profileId),
    ]);
    voicing?.begin(profile);
    const min = givenMin ?? profile.minDialogs;
    if (before >= min) return nothingMade(profile, min, before);
    const { result, isOwn } = await runs.ask(profileId, profile, min);
    if (isOwn) return result;
    // Another caller's top-up: what it made and paid for is reported to that caller alone.
    const outcome = result.unusedTotal >= min ? 'SATISFIED' : result.outcome;
    return { ...result, min, outcome, created: [], spend: spendOf([], prices) };
  }

  return {
    async ensureDialogs(profileId, min) {
      const ensuring = ensureDialogs(profileId, min);
      running.add(ensuring);
      try {
        return await ensuring;
      } finally {
        running.delete(ensuring);
      }
    },

    async claimDialogs(profileId, count, claimKey) {
      // Not at the same time: dialogs claimed for a caller whom the other answer turns away would be lost.
      await existingProfile(store, profileId);
      return store.claimDialogs(profileId, count, clock.now(), newId(), claimKey);
    },

    async markDialogUsed(profileId, dialogId) {
      await existingProfile(store, profileId);
      return store.markDialogUsed(profileId, dialogId, clock.now());
    },

    async voiceDialogs(profileId) {
      if (voicing) return voicing.voiceDialogs(profileId);
      await existingProfile(store, profileId);
      return { voiced: 0, silent: await countSilentTurns(store, profileId) };
    },

    async finish(graceMs) {
      const ended = new AbortController();
      const idle = untilIdle().then(() => ended.abort());
      await clock.sleep(graceMs, ended.signal);
      finishing = true;
      await idle;
    },
  };

  async function untilIdle(): Promise<void> {
    while (running.size > 0) await Promise.allSettled(running);
  }
}
