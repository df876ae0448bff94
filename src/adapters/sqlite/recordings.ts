import { isVoiced, withRecordings } from '../../model/dialog.ts';
import type { Store } from '../../ports/store.ts';
import { listed } from './file/binds.ts';
import type { SqliteDatabase } from './file/database.ts';
import { readPage } from './file/pages.ts';
import { DIALOG, dialogOf } from './file/rows.ts';
import { turnsColumn } from './file/turn-row.ts';
import { integer } from './file/values.ts';

export type RecordingMethods = Pick<Store, 'silentDialogPage' | 'saveRecordings' | 'voicedTotals'>;

const SILENT = 'profile_id = ?4 AND used_at IS NULL AND is_voiced = 0 AND ref_voice_id IS NOT NULL';

export function recordingMethods(database: SqliteDatabase): RecordingMethods {
  return {
    async silentDialogPage(profileId, page) {
      const source = { table: 'dialogs', row: DIALOG, conditions: [SILENT] } as const;
      return readPage(database, source, [profileId], page, dialogOf);
    },

    async saveRecordings(profileId, dialogId, names) {
      return database.write(() => {
        const [row] = database.rows(`SELECT ${DIALOG} FROM dialogs WHERE profile_id = ?1 AND id = ?2`, [
          profileId,
          dialogId,
        ]);
        if (row === undefined) return 0;
        const before = dialogOf(row).turns;
        const turns = withRecordings(before, names);
        const changed = turns.filter(({ audio }, index) => audio !== before[index]?.audio).length;
        if (changed === 0) return 0;
        database.run('UPDATE dialogs SET turns = ?3, is_voiced = ?4 WHERE profile_id = ?1 AND id = ?2', [
          profileId,
          dialogId,
          turnsColumn(turns),
          Number(isVoiced({ turns })),
        ]);
        return changed;
      });
    },

    voicedTotals(profileIds) {
      return database.read(() => {
        if (profileIds.length === 0) return [];
        const rows = database.rows(
          `SELECT json_array((
             SELECT count(*) FROM dialogs INDEXED BY dialogs_voiced
             WHERE profile_id = asked.value AND used_at IS NULL AND is_voiced = 1))
           FROM json_each(?1) AS asked ORDER BY asked.key`,
          [listed(profileIds)],
        );
        return rows.map(([total]) => integer(total));
      });
    },
  };
}
