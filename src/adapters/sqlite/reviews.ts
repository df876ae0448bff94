import type { Dialog } from '../../model/dialog.ts';
import { DialogNotFound, ProfileNotFound } from '../../model/errors.ts';
import type { Learning } from '../../model/learning.ts';
import type { Profile } from '../../model/profile.ts';
import type { Word } from '../../model/word.ts';
import type { ReviewedDialog, ReviewStore } from '../../ports/reviews.ts';
import type { Store } from '../../ports/store.ts';
import { ASKED_KEYS, askedKeys } from './file/asked-keys.ts';
import { listed } from './file/binds.ts';
import type { SqliteDatabase } from './file/database.ts';
import {
  LEARNING,
  learningColumn,
  learningOf,
  VERSION,
  versionColumn,
  versionOf,
} from './file/learning-row.ts';
import { memoryColumn, reviewColumn } from './file/review-row.ts';
import { DIALOG, dialogOf, inPlaces, PROFILE, profileOf, withPlace } from './file/rows.ts';
import { wordsOf } from './words.ts';

/** How many versions are deleted in one transaction, so that none takes long. */
const DELETED_AT_ONCE = 500;

const DELETE_VERSIONS = `DELETE FROM learning_versions WHERE profile_id = ?1 AND version IN (
  SELECT version FROM learning_versions
  WHERE profile_id = ?1 AND version < (SELECT min(version, ?2) FROM learnings WHERE profile_id = ?1)
  LIMIT ${DELETED_AT_ONCE})`;

const NEXT_NUMBER = 'SELECT coalesce(max(review_number), 0) + 1 FROM dialogs WHERE profile_id = ?1';

/** All parts of a review are stored in one transaction, so that none is ever missing. */
export function reviewMethods(database: SqliteDatabase): Pick<Store, keyof ReviewStore> {
  /** Called within `read` or `write`, as the functions below. */
  function profileWithId(id: string): Profile {
    const [row] = database.rows(`SELECT ${PROFILE} FROM profiles WHERE id = ?1`, [id]);
    if (row === undefined) throw new ProfileNotFound(id);
    return profileOf(row);
  }

  function dialogWithId(profileId: string, id: string): Dialog {
    const sql = `SELECT ${DIALOG} FROM dialogs WHERE profile_id = ?1 AND id = ?2`;
    const [row] = database.rows(sql, [profileId, id]);
    if (row === undefined) throw new DialogNotFound(id);
    return dialogOf(row);
  }

  function existingWords(profileId: string, ids: readonly string[]): Word[] {
    return wordsOf(database, profileId, ids).filter((word) => word !== null);
  }

  function learningsOf(profileIds: readonly string[]): (Learning | null)[] {
    const rows = database.rows(
      `SELECT ${withPlace(LEARNING)} FROM json_each(?1) AS asked
       CROSS JOIN learnings ON learnings.profile_id = asked.value
       CROSS JOIN learning_versions USING (profile_id, version)`,
      [listed(profileIds)],
    );
    return inPlaces(profileIds.length, rows, learningOf);
  }

  function saveWord({ profileId, id, state, memory }: Word): void {
    const column = memory && memoryColumn(memory);
    database.run('UPDATE words SET state = ?3, memory = ?4 WHERE profile_id = ?1 AND id = ?2', [
      profileId,
      id,
      state,
      column,
    ]);
  }

  function saveLearning(learning: Learning): void {
    const { profileId, version } = learning;
    database.run('INSERT INTO learning_versions (profile_id, version, content) VALUES (?1, ?2, ?3)', [
      profileId,
      version,
      versionColumn(learning),
    ]);
    database.run(
      `INSERT INTO learnings (profile_id, version, content) VALUES (?1, ?2, ?3)
       ON CONFLICT DO UPDATE SET version = excluded.version, content = excluded.content`,
      [profileId, version, learningColumn(learning)],
    );
  }

  return {
    async storeReview({ profileId, dialogId }, wordIds, rules) {
      return database.write(() => {
        const profile = profileWithId(profileId);
        if (!rules.permits(profile)) throw new ProfileNotFound(profileId);
        const found = dialogWithId(profileId, dialogId);
        const [learning = null] = learningsOf([profileId]);
        if (isReviewed(found)) {
          if (learning === null) throw new TypeError('the file has a review and no learning');
          const graded = found.review.results.map(({ wordId }) => wordId);
          return { dialog: found, words: existingWords(profileId, graded), learning, isNew: false };
        }
        const words = new Map(existingWords(profileId, wordIds).map((word) => [word.id, word]));
        const review = rules.review({ profile, dialog: found, words, learning });
        const dialog = { ...found, review };
        database.run(
          `UPDATE dialogs SET review = ?3, review_number = (${NEXT_NUMBER}) WHERE profile_id = ?1 AND id = ?2`,
          [profileId, dialogId, reviewColumn(review)],
        );
        const after = [...words.values()].map((word) => {
          const changed = rules.word(word, dialog, profile);
          if (changed !== null) saveWord(changed);
          return changed ?? word;
        });
        const learned = rules.learning(profileId, learning, [{ dialog, isSettled: true }]);
        if (learned === null) throw new TypeError('the rules do not include a new review');
        saveLearning(learned);
        return { dialog, words: after, learning: learned, isNew: true };
      });
    },

    learnings(profileIds) {
      return database.read(() => (profileIds.length === 0 ? [] : learningsOf(profileIds)));
    },

    async editLearning(profileId, change) {
      return database.write(() => {
        profileWithId(profileId);
        const [learning = null] = learningsOf([profileId]);
        const changed = change(learning);
        if (changed !== null) saveLearning(changed);
        return changed ?? learning;
      });
    },

    learningVersions(keys) {
      return database.read(() => {
        if (keys.length === 0) return [];
        const rows = database.rows(
          `SELECT ${withPlace(VERSION)} FROM ${ASKED_KEYS}
           CROSS JOIN learning_versions ON profile_id = profile.key AND version = asked.value`,
          [askedKeys(keys.map(({ profileId, version }) => [profileId, version]))],
        );
        return inPlaces(keys.length, rows, versionOf);
      });
    },

    async deleteLearningVersions(profileId, before) {
      const deletion = () => database.returned(DELETE_VERSIONS, 'json_array()', [profileId, before]).length;
      while ((await database.write(deletion)) === DELETED_AT_ONCE);
    },

    async editWords(profileId, wordIds, change) {
      await database.write(() => {
        for (const word of existingWords(profileId, [...new Set(wordIds)])) {
          const changed = change(word);
          if (changed !== null) saveWord(changed);
        }
      });
    },

    async latestReviews(profileId, limit) {
      const rows = await database.read(() =>
        database.rows(
          `SELECT ${DIALOG} FROM dialogs INDEXED BY dialogs_reviewed
           WHERE profile_id = ?1 AND review_number IS NOT NULL ORDER BY review_number DESC LIMIT ?2`,
          [profileId, limit],
        ),
      );
      return rows.map(dialogOf).filter(isReviewed);
    },
  };
}

function isReviewed(dialog: Dialog): dialog is ReviewedDialog {
  return dialog.review !== null;
}
