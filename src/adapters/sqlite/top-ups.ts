import type { TopUpRecord } from '../../model/top-up-record.ts';
import type { Store } from '../../ports/store.ts';
import { KEPT_TOP_UPS, type TopUpStore } from '../../ports/top-ups.ts';
import { ASKED_KEYS, askedKeys } from './file/asked-keys.ts';
import { listed } from './file/binds.ts';
import type { SqliteDatabase } from './file/database.ts';
import { inPlaces, withPlace } from './file/rows.ts';
import { CHANGEABLE, changeable, TOP_UP, topUpOf } from './file/top-up-row.ts';

/** A time after the latest possible `Date`, in milliseconds. */
const AFTER_ALL_TIME = 8_640_000_000_000_001;

/** Written as in the index `top_ups_unfinished`, so that SQLite uses it. */
const IS_UNFINISHED = "state IN ('waiting', 'running')";

/**
 * Removes the finished records of a profile that are not among its last ones. A record that is created later has a higher
 * rowid.
 */
const REMOVE_OLD = `DELETE FROM top_ups WHERE NOT ${IS_UNFINISHED} AND rowid IN (
  SELECT rowid FROM top_ups WHERE profile_id = ?1 ORDER BY rowid DESC LIMIT -1 OFFSET ${KEPT_TOP_UPS})`;

export function topUpMethods(database: SqliteDatabase): Pick<Store, keyof TopUpStore> {
  /** Called within `read` or `write`. */
  function find(profileId: string, id: string): TopUpRecord | null {
    const [row] = database.rows(`SELECT ${TOP_UP} FROM top_ups WHERE profile_id = ?1 AND id = ?2`, [
      profileId,
      id,
    ]);
    return row === undefined ? null : topUpOf(row);
  }

  return {
    async createTopUp(record) {
      return database.write(() => {
        const [row] = database.returned(
          `INSERT INTO top_ups (profile_id, id, version, ${CHANGEABLE})
           SELECT id, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15 FROM profiles
           WHERE id = ?1 AND ?2 IS NOT NULL ON CONFLICT DO NOTHING`,
          TOP_UP,
          [record.profileId, record.id, ...changeable(record)],
        );
        if (row === undefined) return null;
        database.run(REMOVE_OLD, [record.profileId]);
        return topUpOf(row);
      });
    },

    async saveTopUp(record) {
      const [row] = await database.write(() =>
        database.returned(
          `UPDATE top_ups SET (${CHANGEABLE}) = (?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16),
             version = version + 1
           WHERE profile_id = ?1 AND id = ?2 AND version = CAST(?3 AS INTEGER)`,
          TOP_UP,
          [record.profileId, record.id, record.version, ...changeable(record)],
        ),
      );
      return row === undefined ? null : topUpOf(row);
    },

    async requestCancel(profileId, topUpId) {
      return database.write(() => {
        database.run(
          `UPDATE top_ups SET cancel_requested = 1, version = version + 1
           WHERE profile_id = ?1 AND id = ?2 AND cancel_requested = 0 AND ${IS_UNFINISHED}`,
          [profileId, topUpId],
        );
        return find(profileId, topUpId);
      });
    },

    topUpRecords(keys) {
      return database.read(() => {
        if (keys.length === 0) return [];
        const rows = database.rows(
          `SELECT ${withPlace(TOP_UP)} FROM ${ASKED_KEYS}
           CROSS JOIN top_ups ON top_ups.profile_id = profile.key AND top_ups.id = asked.value`,
          [askedKeys(keys.map(({ profileId, topUpId }) => [profileId, topUpId]))],
        );
        return inPlaces(keys.length, rows, topUpOf);
      });
    },

    async topUpPage(profileId, { first, after }) {
      const rows = await database.read(() =>
        database.rows(
          `SELECT ${TOP_UP} FROM top_ups WHERE profile_id = ?1 AND (started_at, id) < (?2, ?3)
           ORDER BY started_at DESC, id DESC LIMIT ?4`,
          [profileId, after?.createdAt.getTime() ?? AFTER_ALL_TIME, after?.id ?? '', first + 1],
        ),
      );
      return { nodes: rows.slice(0, first).map(topUpOf), hasNextPage: rows.length > first };
    },

    currentTopUps(profileIds) {
      return database.read(() => {
        if (profileIds.length === 0) return [];
        const rows = database.rows(
          `SELECT ${withPlace(TOP_UP)} FROM json_each(?1) AS asked
           CROSS JOIN top_ups ON top_ups.rowid = (
             SELECT rowid FROM top_ups WHERE profile_id = asked.value AND ${IS_UNFINISHED}
             ORDER BY started_at, id LIMIT 1)`,
          [listed(profileIds)],
        );
        return inPlaces(profileIds.length, rows, topUpOf);
      });
    },
  };
}
