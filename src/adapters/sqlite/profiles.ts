import { ProfileAlreadyExists, ProfileNotFound, TooManyProfiles } from '../../model/errors.ts';
import type { Profile } from '../../model/profile.ts';
import { topUpLeaseKey } from '../../ports/leases.ts';
import type { Store } from '../../ports/store.ts';
import { type Bind, keepable, listed } from './file/binds.ts';
import type { SqliteDatabase } from './file/database.ts';
import { readPage } from './file/pages.ts';
import { inPlaces, PROFILE, profileOf, withPlace } from './file/rows.ts';
import { integer } from './file/values.ts';

export type ProfileMethods = Pick<
  Store,
  'createProfile' | 'updateProfile' | 'deleteProfile' | 'profiles' | 'profilePage'
>;

/** How many words, or dialogs, are deleted in one transaction, so that none takes long. */
const DELETED_AT_ONCE = 1_000;

/** Delete from the tables in which a profile can have any number of rows. */
const DELETE_PARTS = ['words', 'dialogs', 'learning_versions'].map((table) => {
  const key = table === 'learning_versions' ? 'version' : 'id';
  return `DELETE FROM ${table} WHERE profile_id = ?1 AND ${key} IN (
    SELECT ${key} FROM ${table} WHERE profile_id = ?1 LIMIT ${DELETED_AT_ONCE})`;
});

export function profileMethods(database: SqliteDatabase): ProfileMethods {
  return {
    async createProfile(profile, mostOfOwner) {
      const created = await database.write(() => {
        if (mostOfOwner !== undefined && ownedBy(database, profile.ownerId) >= mostOfOwner) {
          throw new TooManyProfiles(mostOfOwner);
        }
        return database.returned(
          `INSERT INTO profiles (id, name, native_language, target_language, level, ref_voice_id, min_dialogs,
             auto_top_up, max_calls_per_day, owner_id, word_order, word_progress, created_at)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
           ON CONFLICT DO NOTHING`,
          'json_array(id)',
          [profile.id, ...changeable(profile), profile.createdAt.getTime()],
        );
      });
      if (created.length === 0) throw new ProfileAlreadyExists(profile.id);
    },

    async updateProfile(id, change) {
      return database.write(() => {
        const [row] = database.rows(`SELECT ${PROFILE} FROM profiles WHERE id = ?1`, [id]);
        if (row === undefined) throw new ProfileNotFound(id);
        const profile: Profile = { ...profileOf(row), ...change };
        database.run(
          `UPDATE profiles SET name = ?2, native_language = ?3, target_language = ?4, level = ?5, ref_voice_id = ?6,
           min_dialogs = ?7, auto_top_up = ?8, max_calls_per_day = ?9, owner_id = ?10, word_order = ?11,
           word_progress = ?12 WHERE id = ?1`,
          [id, ...changeable(profile)],
        );
        return profile;
      });
    },

    async deleteProfile(id) {
      while (!(await database.write(() => deletePart(database, id))));
    },

    profiles(ids) {
      return database.read(() => {
        if (ids.length === 0) return [];
        const rows = database.rows(
          `SELECT ${withPlace(PROFILE)} FROM json_each(?1) AS asked
           CROSS JOIN profiles ON profiles.id = asked.value`,
          [listed(ids)],
        );
        return inPlaces(ids.length, rows, profileOf);
      });
    },

    profilePage(page, ownerId) {
      const [conditions, binds] = ownerId === undefined ? [['TRUE'], []] : [['owner_id = ?4'], [ownerId]];
      return readPage(database, { table: 'profiles', row: PROFILE, conditions }, binds, page, profileOf);
    },
  };
}

/**
 * Deletes a part of what belongs to a profile; with the last part, also the profile.
 * @returns whether it was the last part
 * @throws {ProfileNotFound}
 */
function deletePart(database: SqliteDatabase, id: string): boolean {
  requireProfile(database, id);
  database.run('DELETE FROM leases WHERE key = ?1', [topUpLeaseKey(id)]);
  // Nobody must pay for dialogs that the next part deletes.
  database.run('UPDATE profiles SET auto_top_up = 0 WHERE id = ?1', [id]);
  const isLast = DELETE_PARTS.every(
    (sql) => database.returned(sql, 'json_array()', [id]).length < DELETED_AT_ONCE,
  );
  // The foreign keys cascade to the rest.
  if (isLast) database.run('DELETE FROM profiles WHERE id = ?1', [id]);
  return isLast;
}

/** @throws {ProfileNotFound} */
export function requireProfile(database: SqliteDatabase, id: string): void {
  const found = database.rows('SELECT json_array(id) FROM profiles WHERE id = ?1', [id]);
  if (found.length === 0) throw new ProfileNotFound(id);
}

function ownedBy(database: SqliteDatabase, ownerId: string | null): number {
  const [row] = database.rows('SELECT json_array(count(*)) FROM profiles WHERE owner_id = ?1', [ownerId]);
  return integer(row?.[0]);
}

function changeable(profile: Profile): Bind[] {
  return [
    keepable(profile.name),
    keepable(profile.nativeLanguage),
    keepable(profile.targetLanguage),
    profile.level,
    keepable(profile.refVoiceId),
    profile.minDialogs,
    Number(profile.autoTopUp),
    profile.maxCallsPerDay,
    keepable(profile.ownerId),
    profile.wordOrder,
    profile.wordProgress,
  ];
}
