import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ChangeStore } from '../../ports/change-marks.ts';
import type { DocumentContainer } from './client/container.ts';
import type { Tools } from './client/containers.ts';
import { countWhere } from './documents/counting.ts';
import { WATCH_ID, watchDocuments } from './watch-document.ts';

/** How long to wait between two marks, in milliseconds. */
const ASK_AGAIN_MS = 1_000;
/** Every so many calls look at everything. Each of these costs a point read and five queries. */
const FULL_LOOK_EVERY = 10;

/** How many of the documents that were written last a full look sees, if they were not written within one second. */
const LATEST = 20;

/** `_ts` is when the service wrote the document last, by its own clock, in seconds since 1970. */
const latestDocument = z.object({ _etag: z.string(), _ts: z.number() });
const ANY = 'IS_STRING(c.id)';

/**
 * A mark has two parts. The first is the version of the document that this server's processes write after each change
 * (`watchDocuments`). It costs a point read.
 *
 * The second is for changes by others, and for those of a process that died before it wrote that document. It is a hash
 * of the profile's ETag and, for the partition of the profile in each other container, of the ETags of the documents that
 * were written last. A document that is created or changed is among these. Words and dialogs are also counted, because
 * one that is only deleted changes nothing else.
 */
export function changeMethods(tools: Tools): ChangeStore {
  const { profiles, words, dialogs, topUps } = tools;
  const { watchedVersion } = watchDocuments(tools);

  async function latest(container: DocumentContainer, profileId: string, where = ANY): Promise<string[]> {
    const query = { select: 'c._etag, c._ts', top: LATEST, where, orderBy: 'c._ts DESC' };
    const found = await container.queryProfile(profileId, query, (one) => latestDocument.parse(one));
    const newest = found[0]?._ts ?? 0;
    const oldest = found.at(-1)?._ts ?? 0;
    let complete = found;
    if (found.length === LATEST) {
      // Of the oldest second, others may be found each time.
      complete =
        newest === oldest
          ? await ofSecond(container, profileId, where, newest)
          : found.filter(({ _ts }) => _ts > oldest);
    }
    return complete.map(({ _etag }) => _etag).sort();
  }

  /** All documents of the profile that were written last in one second. */
  function ofSecond(container: DocumentContainer, profileId: string, where: string, second: number) {
    const query = {
      select: 'c._etag, c._ts',
      where: `${where} AND c._ts = @second`,
      values: { '@second': second },
    };
    return container.queryProfile(profileId, query, (one) => latestDocument.parse(one));
  }

  async function lookAtAll(profileId: string): Promise<string> {
    const parts = await Promise.all([
      profiles.read(profileId, profileId).then((document) => document?._etag ?? null),
      countWhere(words, profileId, ANY),
      latest(words, profileId),
      countWhere(dialogs, profileId, ANY),
      latest(dialogs, profileId),
      latest(topUps, profileId, `c.id != '${WATCH_ID}'`),
    ]);
    return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
  }

  return {
    async changeMark(profileId, last) {
      const earlier = last?.fullLook ?? null;
      const isEarlierKept = earlier !== null && earlier.callsAgo + 1 < FULL_LOOK_EVERY;
      const [version, fullLook] = await Promise.all([
        watchedVersion(profileId),
        isEarlierKept
          ? { mark: earlier.mark, callsAgo: earlier.callsAgo + 1 }
          : lookAtAll(profileId).then((mark) => ({ mark, callsAgo: 0 })),
      ]);
      return { mark: `${version ?? ''} ${fullLook.mark}`, askAgainMs: ASK_AGAIN_MS, fullLook };
    },
  };
}
