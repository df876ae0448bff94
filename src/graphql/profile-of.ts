import { ProfileNotFound } from '../model/errors.ts';
import type { Profile } from '../model/profile.ts';
import type { Context } from './context.ts';

/** What a profile has, or the result of a mutation of it, with the id of the profile. */
export type OfProfile<Value> = Value & { readonly profileId: string };

/**
 * Reads the profile that something belongs to. All fields of a request that ask for it share one read.
 * @throws {ProfileNotFound} if it was deleted meanwhile
 */
export async function profileOf(
  { profileId }: { readonly profileId: string },
  { loaders }: Context,
): Promise<Profile> {
  const profile = await loaders.profiles.load(profileId);
  if (profile === null) throw new ProfileNotFound(profileId);
  return profile;
}
