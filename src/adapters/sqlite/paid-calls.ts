import { daysBefore } from '../../model/utc-day.ts';
import { grantedCalls, KEPT_COUNTS, KEPT_DAYS, type PaidCallStore } from '../../ports/paid-calls.ts';
import type { Store } from '../../ports/store.ts';
import { listed } from './file/binds.ts';
import type { SqliteDatabase } from './file/database.ts';
import { integer } from './file/values.ts';

/** Adds calls to the total of a day. Inserts nothing if the profile does not exist. */
const ADD = `INSERT INTO paid_calls (profile_id, day, calls, written)
  SELECT id, ?2, ?3, (SELECT coalesce(max(written), 0) + 1 FROM paid_calls WHERE profile_id = ?1)
  FROM profiles WHERE id = ?1
  ON CONFLICT DO UPDATE SET calls = calls + excluded.calls, written = excluded.written`;

/** Removes the counts of the days before `?2` that are not among those that were written last. */
const REMOVE_OLD = `DELETE FROM paid_calls WHERE profile_id = ?1 AND day < ?2 AND day NOT IN (
  SELECT day FROM paid_calls WHERE profile_id = ?1 ORDER BY written DESC LIMIT ${KEPT_COUNTS})`;

export function paidCallMethods(database: SqliteDatabase): Pick<Store, keyof PaidCallStore> {
  return {
    async reserveCalls(profileId, day, count, limit) {
      const oldest = daysBefore(day, KEPT_DAYS);
      return database.write(() => {
        const [row] = database.rows(
          'SELECT json_array(calls) FROM paid_calls WHERE profile_id = ?1 AND day = ?2',
          [profileId, day],
        );
        const granted = grantedCalls(row === undefined ? 0 : integer(row[0]), count, limit);
        if (granted === 0) return 0;
        const added = database.returned(ADD, 'json_array(calls)', [profileId, day, granted]);
        if (row === undefined) database.run(REMOVE_OLD, [profileId, oldest]);
        return added.length === 0 ? 0 : granted;
      });
    },

    async returnCalls(profileId, day, count) {
      await database.write(() =>
        database.run('UPDATE paid_calls SET calls = max(0, calls - ?3) WHERE profile_id = ?1 AND day = ?2', [
          profileId,
          day,
          count,
        ]),
      );
    },

    callsOn(keys) {
      return database.read(() => {
        if (keys.length === 0) return [];
        const rows = database.rows(
          `SELECT json_array(coalesce((
             SELECT calls FROM paid_calls WHERE profile_id = asked.value ->> 0 AND day = asked.value ->> 1), 0))
           FROM json_each(?1) AS asked ORDER BY asked.key`,
          [listed(keys.map(({ profileId, day }) => [profileId, day]))],
        );
        return rows.map(([total]) => integer(total));
      });
    },
  };
}
