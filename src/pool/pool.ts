import type { Dialog } from '../model/dialog.ts';
import { ProfileNotFound } from '../model/errors.ts';
import type { Profile } from '../model/profile.ts';
import { countSilentTurns } from './count-silent-turns.ts';
import { spendOf } from './spend.ts';
import { type TopUp, type TopUpTools, topUp } from './top-up.ts';
import { Turns } from './turns.ts';
import type { VoicedDialogs } from './voicing.ts';

/** What `ensureDialogs` reports. */
export interface EnsuredDialogs extends TopUp {
  readonly profile: Profile;
  readonly min: number;
}

/** The pools of all profiles: topping them up and taking dialogs out of them. */
export interface Pool {
  /**
   * Tops the profile's pool up to at least `min` unused dialogs, its own `minDialogs` where null. A top-up belongs to
   * the profile: it goes on when the caller no longer waits for it (rule 10).
   * @throws {ProfileNotFound | StoreUnavailable} with everything made so far kept
   */
  ensureDialogs(profileId: string, min: number | null): Promise<EnsuredDialogs>;
  /** Takes up to `count` unused dialogs out of the pool, oldest first, each for this caller only (rule 9). */
  claimDialogs(profileId: string, count: number): Promise<Dialog[]>;
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

export function createPool(tools: TopUpTools): Pool {
  const { store, generator, clock, newId, log, meter, prices, voicing } = tools;
  const turns = new Turns();
  let finishing = false;

  async function existingProfile(id: string): Promise<Profile> {
    const [profile] = await store.profiles([id]);
    if (!profile) throw new ProfileNotFound(id);
    return profile;
  }

  return {
    async ensureDialogs(profileId, givenMin) {
      const [profile, before] = await Promise.all([existingProfile(profileId), store.unusedTotal(profileId)]);
      voicing?.begin(profile);
      const min = givenMin ?? profile.minDialogs;
      const full = (unusedTotal: number): EnsuredDialogs => {
        return {
          profile,
          min,
          created: [],
          skipped: [],
          unusedTotal,
          outcome: 'SATISFIED',
          spend: spendOf([], prices),
        };
      };
      if (before >= min) return full(before);
      return turns.take(profileId, async (waited) => {
        if (waited) {
          const now = await store.unusedTotal(profileId);
          if (now >= min) return full(now);
        }
        const began = clock.now().getTime();
        const result = await topUp(tools, { profile, min, mayBegin: () => !finishing });
        log.info(
          {
            profileId,
            min,
            created: result.created.length,
            skipped: result.skipped.length,
            unusedTotal: result.unusedTotal,
            outcome: result.outcome,
            ...result.spend,
            ms: clock.now().getTime() - began,
          },
          'topped up',
        );
        meter.toppedUp(generator.name, result.outcome, result.created.length);
        return { profile, min, ...result };
      });
    },

    async claimDialogs(profileId, count) {
      // Not at the same time: dialogs claimed for a caller whom the other answer turns away would be lost.
      await existingProfile(profileId);
      return store.claimDialogs(profileId, count, clock.now(), newId());
    },

    async markDialogUsed(profileId, dialogId) {
      await existingProfile(profileId);
      return store.markDialogUsed(profileId, dialogId, clock.now());
    },

    async voiceDialogs(profileId) {
      if (voicing) return voicing.voiceDialogs(profileId);
      await existingProfile(profileId);
      return { voiced: 0, silent: await countSilentTurns(store, profileId) };
    },

    async finish(graceMs) {
      const ended = new AbortController();
      const idle = turns.idle().then(() => ended.abort());
      await clock.sleep(graceMs, ended.signal);
      finishing = true;
      await idle;
    },
  };
}
