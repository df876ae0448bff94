import { z } from 'zod';
import { isFinished, TOP_UP_STATES, UNFINISHED_STATES } from '../../model/top-up-record.ts';
import { KEPT_TOP_UPS, type NewTopUp, type TopUpStore } from '../../ports/top-ups.ts';
import { isAddressable } from './client/address.ts';
import { concurrently } from './client/concurrently.ts';
import type { Tools } from './client/containers.ts';
import { createToken } from './documents/create-token.ts';
import { editDocument } from './documents/edit-document.ts';
import { documentsByIds, readByKeys, readEach } from './documents/keyed-reads.ts';
import { IS_TOP_UP_IN_STATES, parseTopUp, placeOf, topUpFields } from './documents/top-up-document.ts';

/** `_ts` is when the service wrote the document last, by its own clock, in seconds since 1970. */
const listedDocument = z.object({
  id: z.string(),
  place: z.string(),
  state: z.enum(TOP_UP_STATES),
  _etag: z.string(),
  _ts: z.number().catch(0),
});

/** Sorts after every `place`. */
const AFTER_ALL_PLACES = '\uffff';

/** With one of these instead of an ETag, a replacement is carried out whatever the version is. */
const ANY_VERSION = ['', '*'];

/** The version of a record is the ETag of its document. */
export function topUpMethods({ topUps, newId, log }: Tools): TopUpStore {
  /** `save_token` differs in every version, so that a read tells after a lost response which version was stored. */
  const saveToken = () => ({ save_token: newId() });

  function list(profileId: string) {
    const query = {
      select: 'c.id, c.place, c.state, c._etag, c._ts',
      where: IS_TOP_UP_IN_STATES,
      values: { '@states': TOP_UP_STATES },
    };
    return topUps.queryProfile(profileId, query, (found) => listedDocument.parse(found));
  }

  /** Removes finished records that are not among those written last. One that is changed meanwhile stays. */
  async function removeOld({ profileId, id }: NewTopUp, listing: ReturnType<typeof list>): Promise<void> {
    const others = (await listing).filter((one) => one.id !== id);
    const lastFirst = others.sort((one, other) => other._ts - one._ts || (one.place < other.place ? 1 : -1));
    // The new record is the last one.
    const old = lastFirst.slice(KEPT_TOP_UPS - 1).filter(isFinished);
    await concurrently(old, (one) => topUps.remove(profileId, one.id, one._etag));
  }

  return {
    /** The earlier records are listed at the same time as the new one is created, so that this costs no time. */
    async createTopUp(record) {
      const { profileId } = record;
      if (!isAddressable(profileId)) return null;
      const listing = list(profileId);
      // It may fail before it is awaited.
      listing.catch(() => undefined);
      const token = { ...createToken(newId), ...saveToken() };
      const created = await topUps.create(profileId, topUpFields(record), token);
      if (created === null) return null;
      // The record is stored. Old ones that stay do no harm, and the next new record removes them.
      await removeOld(record, listing).catch((err: unknown) => {
        log.warn({ profileId, err }, 'old records of top-ups were not removed');
      });
      return parseTopUp(created);
    },

    async saveTopUp(record) {
      const { profileId, id, version } = record;
      if (!isAddressable(profileId) || ANY_VERSION.includes(version)) return null;
      const change = { ...topUpFields(record), ...saveToken() };
      const saved = await topUps.replace(profileId, { id, _etag: version }, change);
      return typeof saved === 'string' ? null : parseTopUp(saved);
    },

    async requestCancel(profileId, topUpId) {
      const found = await topUps.read(profileId, topUpId);
      const edited = await editDocument(topUps, profileId, found, (document) => {
        const record = parseTopUp(document);
        if (record === null || isFinished(record) || record.cancelRequested) return null;
        return { cancel_requested: true, ...saveToken() };
      });
      return parseTopUp(edited);
    },

    topUpRecords: (keys) =>
      readByKeys(
        keys,
        (key) => key.topUpId,
        async (profileId, ids) => {
          const found = await documentsByIds(topUps, profileId, ids, parseTopUp);
          return new Map(found.map((record) => [record.id, record]));
        },
      ),

    async topUpPage(profileId, { first, after }) {
      const query = {
        select: '*',
        top: first + 1,
        where: `${IS_TOP_UP_IN_STATES} AND c.place < @place`,
        orderBy: 'c.place DESC',
        values: { '@states': TOP_UP_STATES, '@place': after === null ? AFTER_ALL_PLACES : placeOf(after) },
      };
      const found = await topUps.queryProfile(profileId, query, parseTopUp);
      return { nodes: found.slice(0, first), hasNextPage: found.length > first };
    },

    currentTopUps(profileIds) {
      const query = {
        select: '*',
        top: 1,
        where: IS_TOP_UP_IN_STATES,
        orderBy: 'c.place',
        values: { '@states': UNFINISHED_STATES },
      };
      return readEach(profileIds, async (id) => {
        const [record] = await topUps.queryProfile(id, query, parseTopUp);
        return record ?? null;
      });
    },
  };
}
