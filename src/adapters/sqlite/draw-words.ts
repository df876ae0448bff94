import type { Store } from '../../ports/store.ts';
import { keepable } from './file/binds.ts';
import type { SqliteDatabase } from './file/database.ts';
import { WORD, wordOf } from './file/rows.ts';
import { id } from './file/values.ts';

const OF_STATE = `SELECT ${WORD} FROM words INDEXED BY words_by_ring WHERE profile_id = ?1 AND state = ?2`;

/** The words from an id to the last one. */
const TO_THE_END = `${OF_STATE} AND id >= ?3 AND id IS NOT ?4 ORDER BY id LIMIT ?5`;

/** The words from an id to the start of the walk. */
const TO_THE_START = `${OF_STATE} AND id >= ?3 AND id IS NOT ?4 AND id < ?6 ORDER BY id LIMIT ?5`;

export function drawWordsMethod(database: SqliteDatabase): Pick<Store, 'drawWords' | 'lastWordId'> {
  return {
    async drawWords(profileId, state, { start, after, wrapped }, limit) {
      const draw = (sql: string, from: string, most: number, ...to: string[]) =>
        database
          .rows(sql, [profileId, state, keepable(from), keepable(after), most, ...to.map(keepable)])
          .map(wordOf);
      const { ahead, around } = await database.read(() => {
        // One word more than `limit` is read, to know whether the walk has ended.
        const ahead = wrapped ? [] : draw(TO_THE_END, after ?? start, limit + 1);
        const missing = limit + 1 - ahead.length;
        const around = missing > 0 ? draw(TO_THE_START, wrapped ? (after ?? '') : '', missing, start) : [];
        return { ahead, around };
      });
      const words = [...ahead, ...around].slice(0, limit);
      if (ahead.length + around.length <= limit) return { words, next: null };
      const last = words.at(-1)?.id ?? after;
      return { words, next: { start, after: last, wrapped: wrapped || words.length > ahead.length } };
    },

    async lastWordId(profileId, state) {
      const [row] = await database.read(() =>
        database.rows(
          `SELECT json_array(id) FROM words INDEXED BY words_by_ring WHERE profile_id = ?1 AND state = ?2
           ORDER BY id DESC LIMIT 1`,
          [profileId, state],
        ),
      );
      return row === undefined ? null : id(row[0]);
    },
  };
}
