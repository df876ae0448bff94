import { BadUserInput, ProfileAlreadyExists, ProfileNotFound } from '../../model/errors.ts';
import type { Page, PageRequest } from '../../model/page.ts';
import type { Profile, ProfileChange } from '../../model/profile.ts';
import { type Containers, createMark, type Tools } from './client/containers.ts';
import { isAddressable } from './documents/address.ts';
import { editDocument } from './documents/edit-document.ts';
import { readEach } from './documents/keyed-reads.ts';
import { readPage } from './documents/listing.ts';
import { changedFields, IS_PROFILE, parseProfile, profileFields } from './documents/profile-document.ts';
import { removeAllOf } from './documents/removal.ts';
import { withdrawLease } from './leases.ts';

export async function createProfile({ profiles, newId }: Tools, profile: Profile): Promise<void> {
  const { id } = profile;
  if (!isAddressable(id)) throw new BadUserInput('input.id', `${JSON.stringify(id)} can't be kept as an id`);
  if ((await profiles.create(id, profileFields(profile), createMark(newId))) === null)
    throw new ProfileAlreadyExists(id);
}

export async function updateProfile(
  { profiles }: Containers,
  id: string,
  change: ProfileChange,
): Promise<Profile> {
  const fields = changedFields(change);
  const changeOf = Object.keys(fields).length === 0 ? () => null : () => fields;
  const found = await profiles.read(id, id);
  const profile = parseProfile(found) && parseProfile(await editDocument(profiles, id, found, changeOf));
  if (profile === null) throw new ProfileNotFound(id);
  return profile;
}

/**
 * Deletes the words and dialogs first and the profile after them, so that a deletion that was cut short can be
 * asked for again; and once more those that others added until the profile was gone. Its lease is withdrawn and not
 * deleted: a top-up of the same profile, created again, would else make dialogs beside one that is still under way.
 */
export async function deleteProfile(tools: Tools, id: string): Promise<void> {
  const { profiles, words, dialogs } = tools;
  const content = () => Promise.all([removeAllOf(words, id), removeAllOf(dialogs, id)]);
  let found = await requireProfileDocument(tools, id);
  await content();
  for (;;) {
    const result = await profiles.remove(id, id, found._etag);
    if (result === 'gone') throw new ProfileNotFound(id);
    if (result === 'removed') break;
    found = await requireProfileDocument(tools, id);
  }
  await Promise.all([withdrawLease(tools, id), content()]);
}

export function profilesByIds({ profiles }: Containers, ids: readonly string[]): Promise<(Profile | null)[]> {
  return readEach(ids, async (id) => parseProfile(await profiles.read(id, id)));
}

export function profilePage({ profiles }: Containers, request: PageRequest): Promise<Page<Profile>> {
  return readPage({ container: profiles, profileId: null, where: IS_PROFILE, parse: parseProfile }, request);
}

/** @throws {ProfileNotFound} */
export async function requireProfile(tools: Containers, id: string): Promise<void> {
  await requireProfileDocument(tools, id);
}

async function requireProfileDocument({ profiles }: Containers, id: string) {
  const document = await profiles.read(id, id);
  if (document === null || parseProfile(document) === null) throw new ProfileNotFound(id);
  return document;
}
