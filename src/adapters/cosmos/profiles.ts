import { BadUserInput, ProfileAlreadyExists, ProfileNotFound, TooManyProfiles } from '../../model/errors.ts';
import { topUpLeaseKey } from '../../ports/leases.ts';
import type { ProfileStore } from '../../ports/profiles.ts';
import { isAddressable } from './client/address.ts';
import type { StoredDocument } from './client/container.ts';
import type { Containers, Tools } from './client/containers.ts';
import { countEverywhere } from './documents/counting.ts';
import { createToken } from './documents/create-token.ts';
import { editDocument } from './documents/edit-document.ts';
import { readEach } from './documents/keyed-reads.ts';
import { readPage } from './documents/listing.ts';
import {
  changedFields,
  IS_OWNED_PROFILE,
  IS_PROFILE,
  parseProfile,
  profileFields,
} from './documents/profile-document.ts';
import { removeAllOf } from './documents/removal.ts';
import { withdrawLease } from './leases.ts';

export function profileMethods(tools: Tools): ProfileStore {
  const { profiles, words, dialogs, topUps, learnings, newId } = tools;
  const ownedBy = (owner: string) => countEverywhere(profiles, IS_OWNED_PROFILE, { '@owner': owner });
  const methods: ProfileStore = {
    /**
     * Counts the owner's profiles again after storing the new one: of several callers that create at the same time, the
     * last to store sees the profiles of all, and gives way if they are too many.
     */
    async createProfile(profile, mostOfOwner) {
      const { id, ownerId } = profile;
      const isLimited = mostOfOwner !== undefined && ownerId !== null;
      if (!isAddressable(id))
        throw new BadUserInput('input.id', `${JSON.stringify(id)} cannot be stored as an id`);
      if (isLimited && (await ownedBy(ownerId)) >= mostOfOwner) throw new TooManyProfiles(mostOfOwner);
      const created = await profiles.create(id, profileFields(profile), createToken(newId));
      if (created === null) throw new ProfileAlreadyExists(id);
      if (isLimited && (await ownedBy(ownerId)) > mostOfOwner) {
        await methods.deleteProfile(id);
        throw new TooManyProfiles(mostOfOwner);
      }
    },

    async updateProfile(id, change) {
      const fields = changedFields(change);
      const changeOf = Object.keys(fields).length === 0 ? () => null : () => fields;
      const found = await requireProfileDocument(tools, id);
      const profile = parseProfile(await editDocument(profiles, id, found, changeOf));
      if (profile === null) throw new ProfileNotFound(id);
      return profile;
    },

    /**
     * Deletes what belongs to the profile before the profile, so that a deletion that was interrupted can be repeated, and
     * again after it, because others may have added some until the profile was deleted. `auto_top_up` is switched off
     * first, so that nobody pays for the words that an interrupted deletion leaves. The lease is withdrawn instead of
     * deleted: if the profile is created again, its first top-up must not run beside an earlier one.
     */
    async deleteProfile(id) {
      const removeContent = () =>
        Promise.all([words, dialogs, topUps, learnings].map((container) => removeAllOf(container, id)));
      let found = await editDocument(profiles, id, await requireProfileDocument(tools, id), (document) =>
        parseProfile(document)?.autoTopUp ? { auto_top_up: false } : null,
      );
      if (found === null) throw new ProfileNotFound(id);
      await removeContent();
      for (;;) {
        const result = await profiles.remove(id, id, found._etag);
        if (result === 'gone') throw new ProfileNotFound(id);
        if (result === 'removed') break;
        found = await requireProfileDocument(tools, id);
      }
      await Promise.all([withdrawLease(tools, topUpLeaseKey(id)), removeContent()]);
    },

    profiles: (ids) => readEach(ids, async (id) => parseProfile(await profiles.read(id, id))),

    profilePage: (request, ownerId) =>
      readPage(
        {
          container: profiles,
          profileId: null,
          parse: parseProfile,
          ...(ownerId === undefined
            ? { where: IS_PROFILE }
            : { where: IS_OWNED_PROFILE, values: { '@owner': ownerId } }),
        },
        request,
      ),
  };
  return methods;
}

/** @throws {ProfileNotFound} */
export async function requireProfile(tools: Containers, id: string): Promise<void> {
  await requireProfileDocument(tools, id);
}

async function requireProfileDocument({ profiles }: Containers, id: string): Promise<StoredDocument> {
  const document = await profiles.read(id, id);
  if (document === null || parseProfile(document) === null) throw new ProfileNotFound(id);
  return document;
}
