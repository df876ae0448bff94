import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ChangeStore } from '../../ports/changes.ts';
import type { DocumentContainer } from './client/container.ts';
import type { Tools } from './client/containers.ts';
import { countWhere } from './documents/counting.ts';

/** How long to wait between two marks, in milliseconds. Each mark costs a point read and five queries. */
const ASK_AGAIN_MS = 1_000;

/** How many of the documents that were written last a mark is made of, if they were not written within one second. */
const LATEST = 20;

/** `_ts` is when the service wrote the document last, by its own clock, in seconds since 1970. */
const latestDocument = z.object({ _etag: z.string(), _ts: z.number() });
const ANY = 'IS_STRING(c.id)';

/**
 * A mark is a hash of the profile's ETag and, for the partition of the profile in each other container, of the ETags of
 * the documents that were written last. A document that is created or changed is among these. Words and dialogs are
 * also counted, because one that is only deleted changes nothing else.
 */
export function changeMethods({ profiles, words, dialogs, topUps }: Tools): ChangeStore {
  async function latest(container: DocumentContainer, profileId: string): Promise<string[]> {
    const query = { select: 'c._etag, c._ts', top: LATEST, where: ANY, orderBy: 'c._ts DESC' };
    const found = await container.queryProfile(profileId, query, (one) => latestDocument.parse(one));
    const newest = found[0]?._ts;
    const isCut = found.length === LATEST && found.every(({ _ts }) => _ts === newest);
    return (isCut ? await ofSecond(container, profileId, newest ?? 0) : found)
      .map(({ _etag }) => _etag)
      .sort();
  }

  /** All documents that were written last in one second. The first ones of a query are others each time. */
  function ofSecond(container: DocumentContainer, profileId: string, second: number) {
    const query = { select: 'c._etag, c._ts', where: 'c._ts = @second', values: { '@second': second } };
    return container.queryProfile(profileId, query, (one) => latestDocument.parse(one));
  }

  return {
    async changeMark(profileId) {
      const parts = await Promise.all([
        profiles.read(profileId, profileId).then((document) => document?._etag ?? null),
        countWhere(words, profileId, ANY),
        latest(words, profileId),
        countWhere(dialogs, profileId, ANY),
        latest(dialogs, profileId),
        latest(topUps, profileId),
      ]);
      const mark = createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
      return { mark, askAgainMs: ASK_AGAIN_MS };
    },
  };
}
