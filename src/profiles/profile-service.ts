import {
  DEFAULT_MIN_DIALOGS,
  DEFAULT_WORD_ORDER,
  DEFAULT_WORD_PROGRESS,
  type Profile,
  type ProfileChange,
} from '../model/profile.ts';
import type { Clock, NewId } from '../ports/clock.ts';
import type { Events } from '../ports/events.ts';
import type { DialogGenerator } from '../ports/generator.ts';
import type { Log } from '../ports/log.ts';
import type { ProfileStore } from '../ports/profiles.ts';

/** A profile to create. Its fields have been checked against their limits. */
export interface NewProfile extends Pick<Profile, 'name' | 'nativeLanguage' | 'targetLanguage'> {
  /** A new id is made if it is null or left out. */
  readonly id?: string | null | undefined;
  /** Nobody owns the profile if it is null or left out. */
  readonly ownerId?: string | null | undefined;
  readonly level?: Profile['level'] | undefined;
  readonly refVoiceId?: string | null | undefined;
  /** `DEFAULT_MIN_DIALOGS` if it is null or left out. */
  readonly minDialogs?: number | null | undefined;
  /** False if it is null or left out. */
  readonly autoTopUp?: boolean | null | undefined;
  /** No limit if it is null or left out. */
  readonly maxCallsPerDay?: number | null | undefined;
  /** `DEFAULT_WORD_ORDER` if it is null or left out. */
  readonly wordOrder?: Profile['wordOrder'] | null | undefined;
  /** `DEFAULT_WORD_PROGRESS` if it is null or left out. */
  readonly wordProgress?: Profile['wordProgress'] | null | undefined;
}

/**
 * The fields to change of a profile. A field that is left out keeps its value. Null removes an owner, a level, a voice or
 * a limit, sets `minDialogs`, `autoTopUp`, `wordOrder` and `wordProgress` back to their defaults, and changes nothing in
 * the other fields that every profile has.
 */
export type ProfileUpdate = {
  readonly [Field in keyof ProfileChange]: ProfileChange[Field] | null | undefined;
};

/**
 * Creates, changes and deletes profiles. Every method can also throw StoreUnavailable. Profiles may have any languages: if
 * the generator writes no dialogs in them, the log gets a warning when they are set.
 */
export interface ProfileService {
  /**
   * Creates a profile without words.
   * @param mostOfOwner how many profiles its owner may have after that; any number if it is left out
   * @throws {ProfileAlreadyExists | TooManyProfiles}
   */
  createProfile(profile: NewProfile, mostOfOwner?: number): Promise<Profile>;
  /** @returns the profile after the change. @throws {ProfileNotFound} */
  updateProfile(id: string, update: ProfileUpdate): Promise<Profile>;
  /** Deletes the profile with its words and dialogs. @throws {ProfileNotFound} */
  deleteProfile(id: string): Promise<void>;
}

interface ProfileServiceDeps {
  readonly store: ProfileStore;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  /** Told of every change. */
  readonly events: Events;
  readonly generator: Pick<DialogGenerator, 'languageFault'>;
}

export function createProfileService(deps: ProfileServiceDeps): ProfileService {
  const { store, clock, newId, log, events, generator } = deps;

  function warnOfLanguages(profile: Profile): void {
    const reason = generator.languageFault?.(profile) ?? null;
    if (reason === null) return;
    const { id, targetLanguage, nativeLanguage } = profile;
    log.warn({ profileId: id, targetLanguage, nativeLanguage, reason }, 'the profile will get no dialogs');
  }

  return {
    async createProfile({ name, nativeLanguage, targetLanguage, ...optional }, mostOfOwner) {
      const profile: Profile = {
        id: optional.id ?? newId(),
        ownerId: optional.ownerId ?? null,
        name,
        nativeLanguage,
        targetLanguage,
        level: optional.level ?? null,
        refVoiceId: optional.refVoiceId ?? null,
        minDialogs: optional.minDialogs ?? DEFAULT_MIN_DIALOGS,
        autoTopUp: optional.autoTopUp ?? false,
        maxCallsPerDay: optional.maxCallsPerDay ?? null,
        wordOrder: optional.wordOrder ?? DEFAULT_WORD_ORDER,
        wordProgress: optional.wordProgress ?? DEFAULT_WORD_PROGRESS,
        createdAt: clock.now(),
      };
      await store.createProfile(profile, mostOfOwner);
      warnOfLanguages(profile);
      return profile;
    },

    async updateProfile(id, update) {
      const change = changeOf(update);
      const profile = await store.updateProfile(id, change);
      events.publish({ type: 'poolChanged', profileId: id });
      if (change.targetLanguage ?? change.nativeLanguage) warnOfLanguages(profile);
      return profile;
    },

    async deleteProfile(id) {
      await store.deleteProfile(id);
      events.publish({ type: 'poolChanged', profileId: id });
    },
  };
}

function changeOf(update: ProfileUpdate): ProfileChange {
  const { ownerId, name, nativeLanguage, targetLanguage, level, refVoiceId } = update;
  const { minDialogs, autoTopUp, maxCallsPerDay, wordOrder, wordProgress } = update;
  return {
    ...(ownerId !== undefined && { ownerId }),
    ...(name != null && { name }),
    ...(nativeLanguage != null && { nativeLanguage }),
    ...(targetLanguage != null && { targetLanguage }),
    ...(level !== undefined && { level }),
    ...(refVoiceId !== undefined && { refVoiceId }),
    ...(minDialogs !== undefined && { minDialogs: minDialogs ?? DEFAULT_MIN_DIALOGS }),
    ...(autoTopUp !== undefined && { autoTopUp: autoTopUp ?? false }),
    ...(maxCallsPerDay !== undefined && { maxCallsPerDay }),
    ...(wordOrder !== undefined && { wordOrder: wordOrder ?? DEFAULT_WORD_ORDER }),
    ...(wordProgress !== undefined && { wordProgress: wordProgress ?? DEFAULT_WORD_PROGRESS }),
  };
}
