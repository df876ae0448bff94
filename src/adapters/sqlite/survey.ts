import { byAgeDescending } from '../../model/dialog.ts';
import type { WordHistory } from '../../ports/dialogs.ts';
import type { Store } from '../../ports/store.ts';
import { listed } from './file/binds.ts';
import type { SqliteDatabase } from './file/database.ts';
import { DIALOG, dialogOf } from './file/rows.ts';
import { integer, list, text, textOrNull } from './file/values.ts';

const UNUSED_TOTAL =
  '(SELECT count(*) FROM dialogs INDEXED BY dialogs_unused_by_age WHERE profile_id = ?1 AND used_at IS NULL)';

const OF_WORD = 'FROM dialogs WHERE profile_id = ?1 AND word_id = asked.value';

/** Selects one row: the unused total, and the histories in the order of the word ids. */
const SURVEY = `
  SELECT json_array(${UNUSED_TOTAL}, (
    SELECT json_group_array(json_array(
      EXISTS (SELECT 1 ${OF_WORD} AND used_at IS NULL),
      (SELECT count(*) ${OF_WORD}),
      (SELECT max(number) ${OF_WORD}),
      (SELECT json_group_array(json(dialog) ORDER BY created_at DESC, id DESC) FROM (
        SELECT ${DIALOG} AS dialog, created_at, id ${OF_WORD} ORDER BY created_at DESC, id DESC LIMIT 3
      )),
      (SELECT json_group_array(style ORDER BY created_at DESC, id DESC) FROM (
        SELECT style, created_at, id ${OF_WORD} ORDER BY created_at DESC, id DESC LIMIT 24
      ))
    ) ORDER BY asked.key)
    FROM json_each(?2) AS asked
  ))`;

/** The last dialogs by each of the two indexes. */
const LATEST = `
  SELECT json_array(style, created_at, id) FROM (
    SELECT * FROM (SELECT style, created_at, id FROM dialogs INDEXED BY dialogs_unused_by_age
      WHERE profile_id = ?1 AND used_at IS NULL ORDER BY created_at DESC, id DESC LIMIT ?2)
    UNION ALL
    SELECT * FROM (SELECT style, created_at, id FROM dialogs INDEXED BY dialogs_used_by_age
      WHERE profile_id = ?1 AND used_at IS NOT NULL ORDER BY created_at DESC, id DESC LIMIT ?2)
  )`;

export function surveyMethods(
  database: SqliteDatabase,
): Pick<Store, 'unusedTotal' | 'survey' | 'latestDialogs'> {
  return {
    async unusedTotal(profileId) {
      const [row] = await database.read(() =>
        database.rows(`SELECT json_array(${UNUSED_TOTAL})`, [profileId]),
      );
      return integer(row?.[0]);
    },

    async survey(profileId, wordIds) {
      const [row] = await database.read(() => database.rows(SURVEY, [profileId, listed(wordIds)]));
      return { unusedTotal: integer(row?.[0]), histories: list(row?.[1]).map(historyOf) };
    },

    async latestDialogs(profileId, limit) {
      const rows = await database.read(() => database.rows(LATEST, [profileId, limit]));
      const latest = rows.map(([style, at, id]) => ({
        style: textOrNull(style),
        createdAt: new Date(integer(at)),
        id: text(id),
      }));
      return latest.sort(byAgeDescending).slice(0, limit);
    },
  };
}

function historyOf(value: unknown): WordHistory {
  const [hasUnusedDialog, total, highest, recent, styles] = list(value);
  return {
    hasUnusedDialog: hasUnusedDialog === 1,
    nextNumber: Math.max(integer(total), highest === null ? 0 : integer(highest) + 1),
    recent: list(recent).map((row) => dialogOf(list(row))),
    styles: list(styles).map(textOrNull),
  };
}
