import type { Page, PageRequest } from '../model/page.ts';
import type { Profile, ProfileChange } from '../model/profile.ts';

/** Where profiles are kept. `Store` says what holds for every method. */
export interface ProfileStore {
  /** @throws {ProfileAlreadyExists} */
  createProfile(profile: Profile): Promise<void>;
  /** Changes the named fields and returns the profile as it then is. @throws {ProfileNotFound} */
  updateProfile(id: string, change: ProfileChange): Promise<Profile>;
  /**
   * Deletes the profile with its words and dialogs. Nobody has its lease any longer; one that was held may be free
   * only after it was seen unchanged for as long as a lapsed one.
   * @throws {ProfileNotFound}
   */
  deleteProfile(id: string): Promise<void>;
  profiles(ids: readonly string[]): Promise<(Profile | null)[]>;
  profilePage(page: PageRequest): Promise<Page<Profile>>;
}
