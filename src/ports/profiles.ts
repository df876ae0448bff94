import type { Page, PageRequest } from '../model/page.ts';
import type { Profile, ProfileChange } from '../model/profile.ts';

/** Stores profiles. `Store` says what holds for every method. */
export interface ProfileStore {
  /**
   * Stores a new profile. Of several callers with the same id, one succeeds.
   * @param mostOfOwner how many profiles its owner may have after that; any number if it is left out. A store that
   *   cannot count and store at once may refuse several callers if they would exceed it together, and a crash may leave
   *   one profile too many
   * @throws {ProfileAlreadyExists} if the id is taken; the existing profile stays as it is
   * @throws {TooManyProfiles} if the owner has that many already, also if the id is taken
   * @throws {BadUserInput} if the store cannot keep such an id
   */
  createProfile(profile: Profile, mostOfOwner?: number): Promise<void>;
  /**
   * Changes the fields that `change` names, and keeps all others, also those that another caller changes meanwhile.
   * @returns the profile as it is then
   * @throws {ProfileNotFound}
   */
  updateProfile(id: string, change: ProfileChange): Promise<Profile>;
  /**
   * Deletes the profile with its words, its dialogs, the records of its top-ups, its counts of paid calls and what it has
   * learned, and takes its lease from the holder. If a lease was held, the next caller may have to wait for it as for a
   * lease whose holder has died, also if the profile is created again.
   *
   * A store that cannot delete all at once may leave a part behind if it fails. The profile still exists then, and
   * calling again deletes the rest. Such a store may also keep dialogs that the lease's former holder stores afterwards.
   * @throws {ProfileNotFound}
   */
  deleteProfile(id: string): Promise<void>;
  /** Reads profiles by their ids. */
  profiles(ids: readonly string[]): Promise<(Profile | null)[]>;
  /** A page of all profiles, or of those that `ownerId` owns. */
  profilePage(page: PageRequest, ownerId?: string): Promise<Page<Profile>>;
}
