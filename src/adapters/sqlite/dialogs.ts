import { type Dialog, dialogNumber, isVoiced } from '../../model/dialog.ts';
import { DialogNotFound } from '../../model/errors.ts';
import { LeaseLost } from '../../ports/leases.ts';
import type { Store } from '../../ports/store.ts';
import { ASKED_KEYS, askedKeys } from './file/asked-keys.ts';
import { keepable, listed } from './file/binds.ts';
import type { SqliteDatabase } from './file/database.ts';
import { readPage } from './file/pages.ts';
import { DIALOG, dialogOf, inPlaces, selfCheckColumn, withPlace } from './file/rows.ts';
import { dialogTrialColumn } from './file/trial-row.ts';
import { turnsColumn } from './file/turn-row.ts';
import { integer } from './file/values.ts';
import { isHeld } from './leases.ts';

export type DialogMethods = Pick<
  Store,
  | 'dialogs'
  | 'dialogPage'
  | 'dialogCounts'
  | 'unusedDialogs'
  | 'claimDialogs'
  | 'markDialogUsed'
  | 'createDialog'
>;

export function dialogMethods(database: SqliteDatabase): DialogMethods {
  function claimedWith(profileId: string, key: string): Dialog[] {
    const claimed = `FROM dialogs WHERE profile_id = ?1 AND claim_key = ?2 ORDER BY created_at, id`;
    return database.rows(`SELECT ${DIALOG} ${claimed}`, [profileId, key]).map(dialogOf);
  }

  return {
    dialogs(keys) {
      return database.read(() => {
        if (keys.length === 0) return [];
        const rows = database.rows(
          `SELECT ${withPlace(DIALOG)} FROM ${ASKED_KEYS}
           CROSS JOIN dialogs ON dialogs.profile_id = profile.key AND dialogs.id = asked.value`,
          [askedKeys(keys.map(({ profileId, dialogId }) => [profileId, dialogId]))],
        );
        return inPlaces(keys.length, rows, dialogOf);
      });
    },

    dialogPage(profileId, isUsed, page) {
      const conditions = [];
      if (isUsed !== true) conditions.push('profile_id = ?4 AND used_at IS NULL');
      if (isUsed !== false) conditions.push('profile_id = ?4 AND used_at IS NOT NULL');
      return readPage(database, { table: 'dialogs', row: DIALOG, conditions }, [profileId], page, dialogOf);
    },

    dialogCounts(profileIds) {
      return database.read(() => {
        if (profileIds.length === 0) return [];
        const rows = database.rows(
          `SELECT json_array(
             (SELECT count(*) FROM dialogs INDEXED BY dialogs_unused_by_age
              WHERE profile_id = asked.value AND used_at IS NULL),
             (SELECT count(*) FROM dialogs INDEXED BY dialogs_used_by_age
              WHERE profile_id = asked.value AND used_at IS NOT NULL))
           FROM json_each(?1) AS asked ORDER BY asked.key`,
          [listed(profileIds)],
        );
        return rows.map(([unused, used]) => ({ unused: integer(unused), used: integer(used) }));
      });
    },

    unusedDialogs(keys) {
      return database.read(() => {
        if (keys.length === 0) return [];
        const rows = database.rows(
          `SELECT ${withPlace(DIALOG)} FROM ${ASKED_KEYS}
           CROSS JOIN dialogs ON dialogs.profile_id = profile.key AND dialogs.word_id = asked.value
             AND dialogs.used_at IS NULL`,
          [askedKeys(keys.map(({ profileId, wordId }) => [profileId, wordId]))],
        );
        return inPlaces(keys.length, rows, dialogOf);
      });
    },

    async claimDialogs(profileId, count, at, _claim, key) {
      return database.write(() => {
        const before = key === undefined ? [] : claimedWith(profileId, key);
        if (before.length > 0) return before;
        const oldest = `FROM dialogs WHERE profile_id = ?1 AND used_at IS NULL ORDER BY created_at, id LIMIT ?2`;
        const dialogs = database.rows(`SELECT ${DIALOG} ${oldest}`, [profileId, count]).map(dialogOf);
        database.run(
          `UPDATE dialogs SET used_at = ?3, claim_key = ?4 WHERE rowid IN (SELECT rowid ${oldest})`,
          [profileId, count, at.getTime(), key ?? null],
        );
        return dialogs.map((dialog): Dialog => ({ ...dialog, isUsed: true, usedAt: at }));
      });
    },

    async markDialogUsed(profileId, dialogId, at) {
      const [row] = await database.write(() =>
        database.returned(
          'UPDATE dialogs SET used_at = coalesce(used_at, ?3) WHERE profile_id = ?1 AND id = ?2',
          DIALOG,
          [profileId, dialogId, at.getTime()],
        ),
      );
      if (row === undefined) throw new DialogNotFound(dialogId);
      return dialogOf(row);
    },

    async createDialog(dialog, fence) {
      const { profileId, id, wordId, generator, refVoiceId, createdAt, turns, style, selfCheck, trial } =
        dialog;
      const created = await database.write(() => {
        if (fence && !isHeld(database, fence)) throw new LeaseLost('another owner has the lease');
        return database.returned(
          `INSERT INTO dialogs (profile_id, id, word_id, number, generator, ref_voice_id, created_at, turns, is_voiced,
             style, self_check, trial)
           SELECT profile_id, ?2, id, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12 FROM words
           WHERE profile_id = ?1 AND id = ?3 AND state <> 'learned'
           ON CONFLICT DO NOTHING`,
          'json_array(id)',
          [
            profileId,
            id,
            wordId,
            dialogNumber(wordId, id),
            keepable(generator),
            keepable(refVoiceId),
            createdAt.getTime(),
            turnsColumn(turns),
            Number(isVoiced({ turns })),
            keepable(style),
            selfCheck && selfCheckColumn(selfCheck),
            trial && dialogTrialColumn(trial),
          ],
        );
      });
      return created.length > 0;
    },
  };
}
