import { setMaxListeners } from 'node:events';
import type { Dialog } from '../model/dialog.ts';
import type { Profile } from '../model/profile.ts';
import { type Spend, spendOf } from '../model/spend.ts';
import { existingProfile } from '../ports/existing-profile.ts';
import type { TopUpEnd } from './callers.ts';
import type { SkippedWord } from './skipped-word.ts';
import type { TopUpDeps } from './top-up.ts';
import { TopUps } from './top-ups.ts';

/** What `ensureDialogs` reports. */
export interface EnsuredDialogs extends TopUpEnd {
  /** The profile that the last dialogs were made for: it may have been changed since. */
  readonly profile: Profile;
  readonly min: number;
  /** Of a top-up that several callers shared, each dialog and each paid call is reported to one of them. */
  readonly created: readonly Dialog[];
  /** Every word that was tried and got no dialog, with the reason. */
  readonly skipped: readonly SkippedWord[];
  readonly spend: Spend;
}

/** The pools of all profiles: topping them up and taking dialogs out of them. */
export interface Pool {
  /**
   * Tops the profile's pool up to at least `min` unused dialogs, its own `minDialogs` where null. A top-up belongs to
   * the profile: it goes on when the caller no longer waits for it (rule 10), and all who ask meanwhile share it. Each
   * is answered as soon as its own minimum is reached (rule 7).
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
   * Lets the top-ups that are running go on for `graceMs` milliseconds; then has them begin no further word, and ends
   * them with what they have (GENERATOR_UNAVAILABLE where that is too little). Resolves when they have ended, with
   * everything that was paid for stored.
   */
  finish(graceMs: number): Promise<void>;
}

export function createPool(tools: TopUpDeps): Pool {
  const { store, clock, newId, prices, events } = tools;
  const stopping = new AbortController();
  // Every top-up that waits for its lease listens to it.
  setMaxListeners(0, stopping.signal);
  const topUps = new TopUps(tools, stopping.signal);
  const running = new Set<Promise<unknown>>();

  async function ensureDialogs(profileId: string, givenMin: number | null): Promise<EnsuredDialogs> {
    const [profile, before] = await Promise.all([
      existingProfile(store, profileId),
      store.unusedTotal(profileId),
    ]);
    events.publish({ type: 'topUpRequested', profile });
    const min = givenMin ?? profile.minDialogs;
    if (before >= min) {
      const nothing = { created: [], skipped: [], spend: spendOf([], prices) };
      return { profile, min, unusedTotal: before, outcome: 'SATISFIED', ...nothing };
    }
    const { calls, ...share } = await topUps.ensure(profile, min);
    return { ...share, min, spend: spendOf(calls, prices) };
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

    async finish(graceMs) {
      const ended = new AbortController();
      const idle = untilIdle().then(() => ended.abort());
      await clock.sleep(graceMs, ended.signal);
      stopping.abort();
      await idle;
    },
  };

  async function untilIdle(): Promise<void> {
    while (running.size > 0) await Promise.allSettled(running);
    await topUps.idle();
  }
}
