import { z } from 'zod';
import type { Tools } from './client/containers.ts';
import { createToken } from './documents/create-token.ts';
import { parseProfile } from './documents/profile-document.ts';

/** The id of a document in `top_ups` that is no top-up. No top-up has such an id. */
export const WATCH_ID = 'watch';

/** After so many notifications that no watcher has acknowledged, nobody watches any more. */
const MOST_NOTIFICATIONS = 8;
/** A watcher acknowledges them from this number on. A process sends three or four in a second at most. */
const ACKNOWLEDGED_FROM = 3;

const watchDocument = z.looseObject({ notifications: z.int().catch(0) });

/**
 * Each watched profile has a document, which watchers read and those that change the profile write: its ETag shows the
 * watchers that something has changed. The document counts the notifications. A watcher sets the count back, and if none
 * does, the next notification deletes the document. So changes of profiles that nobody watches cost one read, and no
 * process needs to tell that it watches no longer. A document that is deleted too early is created again by the watcher.
 */
export function watchDocuments({ profiles, topUps, newId, log }: Tools) {
  /** A full partition refuses writes, and its profile can be watched all the same. */
  const unwritten = (profileId: string) => (err: unknown) => {
    log.debug({ profileId, err }, 'the document for watchers was not written');
    return null;
  };

  return {
    /**
     * Reads the version of the document, and creates it if it does not exist.
     * @returns null if the profile does not exist, or the document cannot be created. It differs from every earlier version
     *   if the document is new, because changes that were made before the document was stored have not been told
     */
    async watchedVersion(profileId: string): Promise<string | null> {
      const document = await topUps.read(profileId, WATCH_ID);
      if (document === null) {
        // The document of a profile that was deleted would be left behind.
        if (parseProfile(await profiles.read(profileId, profileId)) === null) return null;
        const fields = { id: WATCH_ID, profile_id: profileId, notifications: 0 };
        const creating = topUps.create(profileId, fields, createToken(newId));
        return creating.then((created) => created?._etag ?? newId()).catch(unwritten(profileId));
      }
      if (watchDocument.parse(document).notifications < ACKNOWLEDGED_FROM) return document._etag;
      const replaced = topUps.replace(profileId, document, { notifications: 0 });
      const acknowledged = await replaced.catch(unwritten(profileId));
      return acknowledged === null || typeof acknowledged === 'string' ? document._etag : acknowledged._etag;
    },

    /** Tells the watchers of a profile that it has changed. If the document is changed meanwhile, they are told by that. */
    async notifyWatchers(profileId: string): Promise<void> {
      const document = await topUps.read(profileId, WATCH_ID);
      if (document === null) return;
      const { notifications } = watchDocument.parse(document);
      if (notifications < MOST_NOTIFICATIONS)
        await topUps.replace(profileId, document, { notifications: notifications + 1 });
      else await topUps.remove(profileId, WATCH_ID, document._etag);
    },
  };
}
