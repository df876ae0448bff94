import { ProfileNotFound } from '../model/errors.ts';
import type { Profile } from '../model/profile.ts';
import type { Store } from './store.ts';

/** Reads a profile that must exist. @throws {ProfileNotFound} */
export async function existingProfile(store: Store, id: string): Promise<Profile> {
  const [profile] = await store.profiles([id]);
  if (!profile) throw new ProfileNotFound(id);
  return profile;
}
