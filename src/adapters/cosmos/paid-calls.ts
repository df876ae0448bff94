import { z } from 'zod';
import { daysBefore } from '../../model/utc-day.ts';
import { grantedCalls, KEPT_COUNTS, KEPT_DAYS, type PaidCallStore } from '../../ports/paid-calls.ts';
import { isAddressable } from './client/address.ts';
import { concurrently } from './client/concurrently.ts';
import { stored } from './client/container.ts';
import type { Tools } from './client/containers.ts';
import { editDocument } from './documents/edit-document.ts';
import { documentsByIds, readByKeys } from './documents/keyed-reads.ts';
import { callsIn, hasWrite, paidCallsId, written } from './documents/paid-calls-document.ts';

/** `_ts` is when the service wrote the document last, by its own clock, in seconds since 1970. */
const countDocument = z.object({
  id: z.string(),
  day: z.string(),
  _etag: z.string(),
  _ts: z.number().catch(0),
});

export function paidCallMethods({ topUps, newId, log }: Tools): PaidCallStore {
  /** Removes the counts of old days that are not among those that were written last. One that is changed stays. */
  async function removeOld(profileId: string, oldest: string): Promise<void> {
    const query = { select: 'c.id, c.day, c._etag, c._ts', where: 'IS_STRING(c.day)' };
    const found = await topUps.queryProfile(profileId, query, (one) => countDocument.parse(one));
    const lastFirst = found.sort((one, other) => other._ts - one._ts || (one.day < other.day ? 1 : -1));
    const old = lastFirst.slice(KEPT_COUNTS).filter(({ day }) => day < oldest);
    await concurrently(old, ({ id, _etag }) => topUps.remove(profileId, id, _etag));
  }

  return {
    async reserveCalls(profileId, day, count, limit) {
      const oldest = daysBefore(day, KEPT_DAYS);
      if (!isAddressable(profileId)) return 0;
      const id = paidCallsId(day);
      const token = newId();
      for (;;) {
        let granted = 0;
        const found = await topUps.read(profileId, id);
        const edited = await editDocument(topUps, profileId, found, (document) => {
          if (hasWrite(document, token)) return null;
          const total = callsIn(document);
          granted = grantedCalls(total, count, limit);
          return granted === 0 ? null : written(document, total + granted, token);
        });
        if (edited !== null) return granted;
        granted = grantedCalls(0, count, limit);
        if (granted === 0) return 0;
        const fields = { id, profile_id: profileId, day, ...written(null, granted, token) };
        if ((await topUps.create(profileId, fields, { create_token: token })) === null) continue;
        // The calls are granted. Old counts that stay do no harm, and the next new day removes them.
        await removeOld(profileId, oldest).catch((err: unknown) => {
          log.warn({ profileId, err }, 'old counts of paid calls were not removed');
        });
        return granted;
      }
    },

    async returnCalls(profileId, day, count) {
      const token = newId();
      const found = await topUps.read(profileId, paidCallsId(day));
      await editDocument(topUps, profileId, found, (document) =>
        hasWrite(document, token) ? null : written(document, Math.max(0, callsIn(document) - count), token),
      );
    },

    async callsOn(keys) {
      const found = await readByKeys(
        keys,
        ({ day }) => paidCallsId(day),
        async (profileId, ids) => {
          const documents = await documentsByIds(topUps, profileId, ids, stored);
          return new Map(documents.map((document) => [document.id, callsIn(document)]));
        },
      );
      return found.map((total) => total ?? 0);
    },
  };
}
