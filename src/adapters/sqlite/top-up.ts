import type { Store, WordHistory } from '../../pool/ports/store.ts';
import { keepable, listed, type SqliteDatabase } from './database.ts';
import { DIALOG, dialogOf, integer, list, WORD, wordOf } from './rows.ts';

export type TopUpMethods = Pick<Store, 'unusedTotal' | 'drawWords' | 'survey'>;

const UNUSED_TOTAL = '(SELECT count(*) FROM dialogs WHERE profile_id = ?1 AND used_at IS NULL)';

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

/** The stretch of the ring from the beginning of the order of ids to the start of the walk. */
const TO_START = `
  SELECT json_array(${WORD}, 1) AS row, 1 AS wrapped, id FROM words
  WHERE profile_id = ?1 AND state = ?2 AND id < ?4`;

/** The rest of the ring for a walk that has not wrapped yet. */
const DRAW_AHEAD = `
  SELECT row FROM (
    SELECT json_array(${WORD}, 0) AS row, 0 AS wrapped, id FROM words
    WHERE profile_id = ?1 AND state = ?2 AND id >= coalesce(?5, ?4) AND id IS NOT ?5
    UNION ALL ${TO_START}
    ORDER BY wrapped, id LIMIT ?3
  )`;

/** The rest of the ring for a walk that has wrapped. */
const DRAW_WRAPPED = `
  SELECT row FROM (
    ${TO_START} AND id >= coalesce(?5, '') AND id IS NOT ?5
    ORDER BY id LIMIT ?3
  )`;

export function topUpMethods(database: SqliteDatabase): TopUpMethods {
  return {
    async unusedTotal(profileId) {
      const [row] = database.rows(`SELECT json_array(${UNUSED_TOTAL})`, [profileId]);
      return integer(row?.[0]);
    },

    async drawWords(profileId, state, from, limit) {
      const binds = [profileId, state, limit + 1, keepable(from.start), keepable(from.after)];
      const rows = database.rows(from.wrapped ? DRAW_WRAPPED : DRAW_AHEAD, binds);
      const drawn = rows
        .slice(0, limit)
        .map(([word, wrapped]) => ({ word: wordOf(list(word)), wrapped: wrapped === 1 }));
      const last = drawn.at(-1);
      const behind = last ? { start: from.start, after: last.word.id, wrapped: last.wrapped } : from;
      return { words: drawn.map(({ word }) => word), next: rows.length > limit ? behind : null };
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
