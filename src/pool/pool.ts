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
  /** The profile as the last dialogs were written for. It may have been changed since. */
  readonly profile: Profile;
  readonly min: number;
  /** If callers share a top-up, each dialog and each paid call is reported to one of them. */
  readonly created: readonly Dialog[];
  /** Every word that was tried and got no dialog, with the reason. */
  readonly skipped: readonly SkippedWord[];
  readonly spend: Spend;
}

/** The pools of all profiles: topping them up and taking dialogs out of them. */
export interface Pool {
  /**
   * Tops the profile's pool up to at least `min` unused dialogs, or to its `minDialogs` if `min` is null. A top-up
   * belongs to the profile: it continues if the caller no longer waits for it (rule 10), and callers that ask for the
   * profile meanwhile share it. Each caller is answered as soon as its own minimum is reached (rule 7).
   * @throws {ProfileNotFound | StoreUnavailable} with everything made so far kept
   */
  ensureDialogs(profileId: string, min: number | null): Promise<EnsuredDialogs>;
  /**
   * Takes up to `count` unused dialogs out of the pool, oldest first. No other caller gets them (rule 9). A call that
   * repeats the key of an earlier call returns the dialogs of that call.
   */
  claimDialogs(profileId: string, count: number, claimKey?: string): Promise<Dialog[]>;
  /** Marks one dialog as used; marking it again changes nothing. @throws {ProfileNotFound | DialogNotFound} */
  markDialogUsed(profileId: string, dialogId: string): Promise<Dialog>;
  /**
   * Lets the running top-ups continue for `graceMs` milliseconds. After that they begin no further word, and end with
   * GENERATOR_UNAVAILABLE if their minimum is not reached. Resolves when they have ended, with every dialog that was
   * paid for stored.
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
      // The check comes first: dialogs that are claimed for a caller which then gets an error would be lost.
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
