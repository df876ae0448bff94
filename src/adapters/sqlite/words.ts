import { WordNotFound } from '../../model/errors.ts';
import { WORD_STATES, type Word } from '../../model/word.ts';
import type { Store } from '../../ports/store.ts';
import type { WordKey } from '../../ports/words.ts';
import { ASKED_KEYS, askedKeys } from './file/asked-keys.ts';
import { type Bind, keepable, listed } from './file/binds.ts';
import type { SqliteDatabase } from './file/database.ts';
import { readPage } from './file/pages.ts';
import { memoryColumn } from './file/review-row.ts';
import { inPlaces, WORD, withPlace, wordOf } from './file/rows.ts';
import { integer, text } from './file/values.ts';
import { requireProfile } from './profiles.ts';

export type WordMethods = Pick<
  Store,
  'addWords' | 'words' | 'wordPage' | 'wordCounts' | 'learnedTexts' | 'setWordState' | 'removeWords'
>;

export function wordMethods(database: SqliteDatabase): WordMethods {
  return {
    async addWords(profileId, words) {
      const kept = words.map(asKept);
      const ids = kept.map(({ id }) => id);
      // In the order of the table, which takes two thirds of the time.
      const rows = listed(kept.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map(columns));
      return database.write(() => {
        requireProfile(database, profileId);
        const stored = wordsOf(database, profileId, ids);
        database.run(
          `INSERT INTO words (profile_id, id, text, translation, state, created_at, memory, dialog_series)
           SELECT ?1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
           FROM json_each(?2) WHERE TRUE
           ON CONFLICT DO NOTHING`,
          [profileId, rows],
        );
        return {
          added: kept.filter((_, index) => stored[index] === null),
          existing: stored.filter((word) => word !== null),
        };
      });
    },

    words(keys) {
      return database.read(() => readWords(database, keys));
    },

    wordPage(profileId, states, page) {
      const wanted = WORD_STATES.filter((state) => states === null || states.includes(state));
      const conditions = wanted.map((state) => `profile_id = ?4 AND state = '${state}'`);
      return readPage(database, { table: 'words', row: WORD, conditions }, [profileId], page, wordOf);
    },

    async learnedTexts(profileId, limit) {
      const learned = `FROM words INDEXED BY words_by_ring WHERE profile_id = ?1 AND state = 'learned' LIMIT ?2`;
      const rows = await database.read(() =>
        database.rows(`SELECT json_array(text) ${learned}`, [profileId, limit]),
      );
      return rows.map(([learnedText]) => text(learnedText));
    },

    wordCounts(profileIds) {
      const counts = WORD_STATES.map(
        (state) =>
          `coalesce((SELECT total FROM word_counts WHERE profile_id = asked.value AND state = '${state}'), 0)`,
      );
      const sql = `SELECT json_array(${counts.join(', ')}) FROM json_each(?1) AS asked ORDER BY asked.key`;
      return database.read(() => {
        if (profileIds.length === 0) return [];
        return database.rows(sql, [listed(profileIds)]).map(([pending, teaching, learned]) => ({
          pending: integer(pending),
          teaching: integer(teaching),
          learned: integer(learned),
        }));
      });
    },

    async setWordState(profileId, wordIds, state) {
      return database.write(() => {
        requireProfile(database, profileId);
        const ids = [...new Set(wordIds)];
        const words = wordsOf(database, profileId, ids).map((word, index) => {
          if (word === null) throw new WordNotFound(ids[index] ?? '');
          return { ...word, state };
        });
        database.run(
          `UPDATE words SET state = ?1
           WHERE profile_id = ?2 AND id IN (SELECT value FROM json_each(?3)) AND state <> ?1`,
          [state, profileId, listed(ids)],
        );
        return words;
      });
    },

    async removeWords(profileId, wordIds) {
      return database.write(() => {
        requireProfile(database, profileId);
        const binds = [profileId, listed(wordIds)];
        const removed = database.returned(
          'DELETE FROM words WHERE profile_id = ?1 AND id IN (SELECT value FROM json_each(?2))',
          'json_array(id)',
          binds,
        );
        database.run(
          `DELETE FROM dialogs
           WHERE profile_id = ?1 AND word_id IN (SELECT value FROM json_each(?2)) AND used_at IS NULL`,
          binds,
        );
        const removedIds = new Set(removed.map(([id]) => text(id)));
        return [...new Set(wordIds)].filter((id) => removedIds.has(id));
      });
    },
  };
}

function readWords(database: SqliteDatabase, keys: readonly WordKey[]): (Word | null)[] {
  if (keys.length === 0) return [];
  const rows = database.rows(
    `SELECT ${withPlace(WORD)} FROM ${ASKED_KEYS}
     CROSS JOIN words ON words.profile_id = profile.key AND words.id = asked.value`,
    [askedKeys(keys.map(({ profileId, wordId }) => [profileId, wordId]))],
  );
  return inPlaces(keys.length, rows, wordOf);
}

/** Words of one profile, in the order of the given ids. */
export function wordsOf(
  database: SqliteDatabase,
  profileId: string,
  ids: readonly string[],
): (Word | null)[] {
  return readWords(
    database,
    ids.map((wordId) => ({ profileId, wordId })),
  );
}

/** The word as it is kept: see `keepable`. */
function asKept(word: Word): Word {
  return {
    ...word,
    text: word.text.toWellFormed(),
    translation: keepable(word.translation),
  };
}

/** A word's columns without its profile, in the order in which the insert reads them. */
function columns({ id, text, translation, state, createdAt, memory, dialogSeries }: Word): Bind[] {
  const values = [id, text, translation, state, createdAt.getTime()];
  return [...values, memory && memoryColumn(memory), dialogSeries];
}
