import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ChangeStore } from '../../ports/changes.ts';
import type { DocumentContainer } from './client/container.ts';
import type { Tools } from './client/containers.ts';
import { countWhere } from './documents/counting.ts';

/** How long to wait between two marks, in milliseconds. Each mark costs a point read and five queries. */
const ASK_AGAIN_MS = 1_000;

/** How many of the documents that were written last a mark is made of. */
const LATEST = 20;
/** More documents than a profile has in `top_ups`, unless its processes died very often. */
const MAX_TOP_UP_DOCUMENTS = 200;

/** `_ts` is when the service wrote the document last, by its own clock, in seconds since 1970. */
const latestDocument = z.object({ _etag: z.string(), _ts: z.number() });
const ANY = 'IS_STRING(c.id)';

/**
 * A mark is a hash of the profile's ETag and, for the partition of the profile in each other container, of how many
 * documents there are and of the ETags of those that were written last. A document that is created or changed is among
 * these, and one that is only deleted changes the count.
 */
export function changeMethods({ profiles, words, dialogs, topUps, newId }: Tools): ChangeStore {
  async function latest(container: DocumentContainer, profileId: string): Promise<string[]> {
    const query = { select: 'c._etag, c._ts', top: LATEST, where: ANY, orderBy: 'c._ts DESC' };
    const found = await container.queryProfile(profileId, query, (one) => latestDocument.parse(one));
    const etags = found.map(({ _etag }) => _etag);
    // More documents may have been written in the same second. Then the mark differs from every other one.
    const isCut = found.length === LATEST && found.every(({ _ts }) => _ts === found[0]?._ts);
    return isCut ? [...etags, newId()] : etags.sort();
  }

  async function everyTopUp(profileId: string): Promise<string[]> {
    const query = { select: 'c._etag', top: MAX_TOP_UP_DOCUMENTS, where: ANY };
    const etag = z.object({ _etag: z.string() });
    const found = await topUps.queryProfile(profileId, query, (one) => etag.parse(one)._etag);
    return found.length === MAX_TOP_UP_DOCUMENTS ? [newId()] : found.sort();
  }

  return {
    async changeMark(profileId) {
      const parts = await Promise.all([
        profiles.read(profileId, profileId).then((document) => document?._etag ?? null),
        countWhere(words, profileId, ANY),
        latest(words, profileId),
        countWhere(dialogs, profileId, ANY),
        latest(dialogs, profileId),
        everyTopUp(profileId),
      ]);
      const mark = createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
      return { mark, askAgainMs: ASK_AGAIN_MS };
    },
  };
}
