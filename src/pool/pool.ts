import { setMaxListeners } from 'node:events';
import type { Dialog } from '../model/dialog.ts';
import { TopUpNotFound } from '../model/errors.ts';
import type { Profile } from '../model/profile.ts';
import { costOf, type Spend, spendOf } from '../model/spend.ts';
import type { TopUpRecord } from '../model/top-up-record.ts';
import { existingProfile } from '../ports/existing-profile.ts';
import { NO_TRACES, type TopUpTraces } from '../ports/top-up-traces.ts';
import { AutomaticTopUps } from './automatic-top-ups.ts';
import type { TopUpEnd } from './callers.ts';
import { type ClaimOptions, Claims } from './claims.ts';
import { LostTopUps } from './lost-top-ups.ts';
import { maintain } from './maintenance.ts';
import { PoolChanges } from './pool-changes.ts';
import type { SkippedWord } from './skipped-word.ts';
import type { TopUpDeps } from './top-up-deps.ts';
import { TopUps } from './top-ups.ts';
import type { Watcher } from './watcher.ts';

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
   * Begins the same in the background, or joins the running top-up, and does not wait for its end.
   * @throws {ProfileNotFound | StoreUnavailable} if it could not be recorded
   */
  startTopUp(profileId: string, min: number | null): Promise<TopUpRecord>;
  /**
   * Withdraws all who started the top-up. Work under way is kept and stored. If others wait for the top-up with
   * `ensureDialogs`, it continues for them. A top-up that has ended stays as it is.
   * @returns its record after the request
   * @throws {ProfileNotFound | TopUpNotFound | StoreUnavailable}
   */
  cancelTopUp(profileId: string, topUpId: string): Promise<TopUpRecord>;
  /** What a recorded top-up has paid for, with its cost by the present prices. */
  spendOf(record: TopUpRecord): Spend;
  /**
   * To be called with records that were read: if one is unfinished and does not change for 20 s, its process has died,
   * and the record becomes lost. Returns at once and never throws.
   */
  watchForLoss(record: TopUpRecord): void;
  /**
   * Takes up to `count` unused dialogs out of the pool, oldest first. No other caller gets them (rule 9). A call that
   * repeats the key of an earlier call returns the dialogs of that call. If the profile has `autoTopUp` and too few
   * dialogs are left, also if it gets none, one top-up is started in the background, however many callers claim.
   * @throws {ProfileNotFound | StoreUnavailable | TooManyRequests}
   */
  claimDialogs(profileId: string, options: ClaimOptions): Promise<Dialog[]>;
  /** Marks one dialog as used; marking it again changes nothing. @throws {ProfileNotFound | DialogNotFound} */
  markDialogUsed(profileId: string, dialogId: string): Promise<Dialog>;
  /**
   * Watches a profile. The iterator yields once at once, then whenever something of its pool or its top-ups may have
   * changed, in any process, and ends when the server stops. It must be ended by `return`.
   * @param caller whose limit of 50 watchers it counts against; null if against none
   * @throws {TooManyRequests} if this process or the caller has too many watchers
   */
  watch(profileId: string, caller: string | null): Watcher;
  /**
   * Ends all watchers and maintenance. Lets the running top-ups continue for `graceMs` milliseconds. After that they
   * begin no further word, and end with GENERATOR_UNAVAILABLE if their minimum is not reached. Resolves when they have
   * ended, with every dialog that was paid for stored.
   */
  finish(graceMs: number): Promise<void>;
}

/** What the pools depend on. */
export interface PoolDeps extends TopUpDeps {
  /** How often to look for pools that are short, in milliseconds; 0 or left out: never. */
  readonly maintenanceMs?: number;
  /** Shows top-ups in traces; left out: no traces. */
  readonly traces?: TopUpTraces;
}

export function createPool({ maintenanceMs = 0, traces = NO_TRACES, ...tools }: PoolDeps): Pool {
  const { store, clock, newId, prices, events } = tools;
  const stopping = new AbortController();
  // Every top-up that waits for its lease listens to it.
  setMaxListeners(0, stopping.signal);
  const topUps = new TopUps({ ...tools, traces, process: newId() }, stopping.signal);
  const changes = new PoolChanges(tools);
  const lostTopUps = new LostTopUps(tools, stopping.signal);
  const automatic = new AutomaticTopUps(topUps, clock, events);
  const claims = new Claims({ ...tools, topUps, automatic, changes, stopping: stopping.signal });
  /** Aborted as soon as the server begins to stop: no further top-up is begun for nobody in particular. */
  const finishing = new AbortController();
  const maintaining =
    maintenanceMs > 0
      ? maintain({ ...tools, automatic, stopping: finishing.signal }, maintenanceMs)
      : Promise.resolve();
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

    async startTopUp(profileId, min) {
      const [profile, unusedTotal] = await Promise.all([
        existingProfile(store, profileId),
        store.unusedTotal(profileId),
      ]);
      events.publish({ type: 'topUpRequested', profile });
      return topUps.start(profile, min ?? profile.minDialogs, unusedTotal);
    },

    async cancelTopUp(profileId, topUpId) {
      await existingProfile(store, profileId);
      const record = await store.requestCancel(profileId, topUpId);
      if (record === null) throw new TopUpNotFound(topUpId);
      topUps.cancel(profileId, topUpId);
      return record;
    },

    spendOf: ({ spend }) => ({ ...spend, cost: costOf(spend, prices) }),

    watchForLoss: (record) => lostTopUps.watch(record),

    async claimDialogs(profileId, options) {
      // The check comes first: dialogs that are claimed for a caller which then gets an error would be lost.
      return claims.claim(await existingProfile(store, profileId), options);
    },

    async markDialogUsed(profileId, dialogId) {
      await existingProfile(store, profileId);
      const dialog = await store.markDialogUsed(profileId, dialogId, clock.now());
      events.publish({ type: 'poolChanged', profileId });
      return dialog;
    },

    watch: (profileId, caller) => changes.watch(profileId, caller),

    async finish(graceMs) {
      changes.stop();
      finishing.abort();
      const ended = new AbortController();
      const idle = untilIdle().then(() => ended.abort());
      await clock.sleep(graceMs, ended.signal);
      stopping.abort();
      await Promise.all([idle, maintaining]);
    },
  };

  async function untilIdle(): Promise<void> {
    while (running.size > 0) await Promise.allSettled(running);
    await claims.idle();
    await topUps.idle();
  }
}
