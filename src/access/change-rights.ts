import { Forbidden, ProfileNotFound } from '../model/errors.ts';
import type { Profile } from '../model/profile.ts';
import type { NewProfile, ProfileUpdate } from '../profiles/profile-service.ts';

/** How many profiles a learner may have. */
export const MAX_PROFILES = 20;

/**
 * What a subject may change, and whether it may see the prompts. Every method throws if the subject may not do it. Which
 * profiles a learner sees is decided in `owned-reads.ts`.
 */
export interface Rights {
  /** @throws {Forbidden | ProfileNotFound} */
  mayChange(profileId: string): Promise<void>;
  /** Whether the subject may change a profile, for a change that reads it anyway. @throws {Forbidden} for every profile */
  permits(): (profile: Profile) => boolean;
  /** @throws {Forbidden} for every profile or for none, so that the error tells nothing of the profile */
  mayUpdate(update: ProfileUpdate): void;
  /** The profile as the subject creates it, and how many it may have; any number if null. @throws {Forbidden} */
  toCreate(profile: NewProfile): { readonly profile: NewProfile; readonly most: number | null };
  /** @throws {Forbidden} if the subject may not see the prompts, which all profiles share */
  maySeePrompts(): void;
  /** @throws {Forbidden} */
  mayChangePrompts(): void;
}

/** A service may change everything. */
export const SERVICE_RIGHTS: Rights = {
  mayChange: async () => undefined,
  permits: () => () => true,
  mayUpdate: () => undefined,
  toCreate: (profile) => ({ profile, most: null }),
  maySeePrompts: () => undefined,
  mayChangePrompts: () => undefined,
};

/** A reader may change nothing. */
export const READER_RIGHTS: Rights = {
  mayChange: async () => refuseReader(),
  permits: () => refuseReader(),
  mayUpdate: () => refuseReader(),
  toCreate: () => refuseReader(),
  maySeePrompts: () => undefined,
  mayChangePrompts: () => refuseReader(),
};

/**
 * A learner may change the profiles that it owns, but neither give them away nor decide what is paid for them.
 * @param owns whether the learner owns a profile
 */
export function learnerRights(ownerId: string, owns: (profileId: string) => Promise<boolean>): Rights {
  return {
    async mayChange(profileId) {
      if (!(await owns(profileId))) throw new ProfileNotFound(profileId);
    },
    permits: () => (profile) => profile.ownerId === ownerId,
    mayUpdate(update) {
      if (update.ownerId !== undefined) throw ownerIsForServices();
      if (update.maxCallsPerDay !== undefined) throw budgetIsForServices();
    },
    toCreate(profile) {
      if (profile.ownerId != null) throw ownerIsForServices();
      if (profile.maxCallsPerDay != null) throw budgetIsForServices();
      return { profile: { ...profile, ownerId }, most: MAX_PROFILES };
    },
    maySeePrompts: () => refuseLearner('Only services and readers may see how prompts are tried.'),
    mayChangePrompts: () =>
      refuseLearner('Only services may change the prompt, because all profiles share it.'),
  };
}

function refuseReader(): never {
  throw new Forbidden('A reader may not change anything. Use the token of a learner or of a service.');
}

function refuseLearner(message: string): never {
  throw new Forbidden(message);
}

function budgetIsForServices(): Forbidden {
  return new Forbidden('Only services may set maxCallsPerDay, because they pay for the calls. Leave it out.');
}

function ownerIsForServices(): Forbidden {
  return new Forbidden(
    'Only services may set the owner of a profile. Leave ownerId out: a profile belongs to the learner that creates it.',
  );
}
