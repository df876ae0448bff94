import type { Lease } from '../../ports/leases.ts';
import type { Store } from '../../ports/store.ts';
import type { SqliteDatabase } from './file/database.ts';
import { integer, text } from './file/values.ts';

export type LeaseMethods = Pick<Store, 'takeLease' | 'renewLease' | 'releaseLease'>;

export function leaseMethods(database: SqliteDatabase): LeaseMethods {
  return {
    async takeLease(key, owner, seen) {
      const [row] = await database.write(() => {
        database.run(
          `INSERT INTO leases (key, owner, version) VALUES (?1, ?2, 1)
           ON CONFLICT (key) DO UPDATE SET owner = excluded.owner, version = version + 1
           WHERE leases.owner = ?2 OR (leases.owner = ?3 AND leases.version = CAST(?4 AS INTEGER))`,
          [key, owner, seen?.owner ?? null, seen?.version ?? null],
        );
        return database.rows('SELECT json_array(owner, version) FROM leases WHERE key = ?1', [key]);
      });
      return leaseOf(key, row);
    },

    async renewLease({ key, owner }) {
      const [row] = await database.write(() =>
        database.returned(
          'UPDATE leases SET version = version + 1 WHERE key = ?1 AND owner = ?2',
          'json_array(owner, version)',
          [key, owner],
        ),
      );
      return row === undefined ? null : leaseOf(key, row);
    },

    async releaseLease({ key, owner }) {
      await database.write(() =>
        database.run('DELETE FROM leases WHERE key = ?1 AND owner = ?2', [key, owner]),
      );
    },
  };
}

/** Whether the owner still holds the lease, in any version. Called within `write`. */
export function isHeld(database: SqliteDatabase, { key, owner }: Lease): boolean {
  const held = database.rows('SELECT json_array(key) FROM leases WHERE key = ?1 AND owner = ?2', [
    key,
    owner,
  ]);
  return held.length > 0;
}

function leaseOf(key: string, row: readonly unknown[] | undefined): Lease {
  return { key, owner: text(row?.[0]), version: String(integer(row?.[1])) };
}
