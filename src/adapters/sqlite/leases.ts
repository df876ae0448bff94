import type { Store } from '../../ports/store.ts';
import type { SqliteDatabase } from './file/database.ts';

export type LeaseMethods = Pick<Store, 'takeLease' | 'renewLease' | 'releaseLease'>;

/** Each change of a lease is one statement, so its owner is all that tells one lease from the next. */
const VERSION = '1';

export function leaseMethods(database: SqliteDatabase): LeaseMethods {
  return {
    async takeLease(profileId, owner, now, until) {
      const taken = await database.write(() =>
        database.rows(
          `INSERT INTO leases (profile_id, owner, until) VALUES (?1, ?2, ?4)
           ON CONFLICT (profile_id) DO UPDATE SET owner = excluded.owner, until = excluded.until
           WHERE leases.until <= ?3 OR leases.owner = excluded.owner
           RETURNING json_array(owner)`,
          [profileId, owner, now.getTime(), until.getTime()],
        ),
      );
      return taken.length > 0 ? { profileId, owner, until, version: VERSION } : null;
    },

    async renewLease(lease, until) {
      const renewed = await database.write(() =>
        database.rows(
          'UPDATE leases SET until = ?3 WHERE profile_id = ?1 AND owner = ?2 RETURNING json_array(owner)',
          [lease.profileId, lease.owner, until.getTime()],
        ),
      );
      return renewed.length > 0 ? { ...lease, until } : null;
    },

    async releaseLease(lease) {
      await database.write(() =>
        database.run('DELETE FROM leases WHERE profile_id = ?1 AND owner = ?2', [
          lease.profileId,
          lease.owner,
        ]),
      );
    },
  };
}
