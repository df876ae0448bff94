import type { Store, WordHistory } from '../../pool/ports/store.ts';
import { keepable, listed, type SqliteDatabase } from './database.ts';
import { DIALOG, dialogOf, integer, list, WORD, wordOf } from './rows.ts';

export type TopUpMethods = Pick<Store, 'unusedTotal' | 'drawWords' | 'survey'>;

const UNUSED_TOTAL =
  '(SELECT count(*) FROM dialogs INDEXED BY dialogs_unused_by_age WHERE profile_id = ?1 AND used_at IS NULL)';

const OF_WORD = 'FROM dialogs WHERE profile_id = ?1 AND word_id = asked.value';

/** One row: the unused total, and the histories in the order of the words asked for. */
const SURVEY = `
  SELECT json_array(${UNUSED_TOTAL}, (
    SELECT json_group_array(json_array(
      EXISTS (SELECT 1 ${OF_WORD} AND used_at IS NULL),
      (SELECT count(*) ${OF_WORD}),
      (SELECT max(number) ${OF_WORD}),
      (SELECT json_group_array(json(dialog) ORDER BY created_at DESC, id DESC) FROM (
        SELECT ${DIALOG} AS dialog, created_at, id ${OF_WORD} ORDER BY created_at DESC, id DESC LIMIT 3
      ))
    ) ORDER BY asked.key)
    FROM json_each(?2) AS asked
  ))`;

const OF_RING = `SELECT ${WORD} FROM words INDEXED BY words_by_ring WHERE profile_id = ?1 AND state = ?2`;

/** The ring from a place to the end of the order of ids. */
const TO_THE_END = `${OF_RING} AND id >= ?3 AND id IS NOT ?4 ORDER BY id LIMIT ?5`;

/** The ring from a place to the start of the walk. */
const TO_THE_START = `${OF_RING} AND id >= ?3 AND id IS NOT ?4 AND id < ?6 ORDER BY id LIMIT ?5`;

export function topUpMethods(database: SqliteDatabase): TopUpMethods {
  return {
    async unusedTotal(profileId) {
      const [row] = database.rows(`SELECT json_array(${UNUSED_TOTAL})`, [profileId]);
      return integer(row?.[0]);
    },

    async drawWords(profileId, state, { start, after, wrapped }, limit) {
      const draw = (sql: string, from: string, most: number, ...to: string[]) =>
        database
          .rows(sql, [profileId, state, keepable(from), keepable(after), most, ...to.map(keepable)])
          .map(wordOf);
      // One more than wanted tells whether the walk has ended.
      const ahead = wrapped ? [] : draw(TO_THE_END, after ?? start, limit + 1);
      const missing = limit + 1 - ahead.length;
      const around = missing > 0 ? draw(TO_THE_START, wrapped ? (after ?? '') : '', missing, start) : [];
      const words = [...ahead, ...around].slice(0, limit);
      if (ahead.length + around.length <= limit) return { words, next: null };
      const last = words.at(-1)?.id ?? after;
      return { words, next: { start, after: last, wrapped: wrapped || words.length > ahead.length } };
    },

    async survey(profileId, wordIds) {
      const [row] = database.rows(SURVEY, [profileId, listed(wordIds)]);
      return { unusedTotal: integer(row?.[0]), histories: list(row?.[1]).map(historyOf) };
    },
  };
}

function historyOf(value: unknown): WordHistory {
  const [hasUnusedDialog, total, highest, recent] = list(value);
  return {
    hasUnusedDialog: hasUnusedDialog === 1,
    nextNumber: Math.max(integer(total), highest === null ? 0 : integer(highest) + 1),
    recent: list(recent).map((row) => dialogOf(list(row))),
  };
}
