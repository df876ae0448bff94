import type { SqliteDatabase } from './file/database.ts';

/**
 * More than the largest dialog: 12 turns of 600 characters, each with a translation of 1,200 characters, at 4 bytes a
 * character, are 86,400 bytes.
 */
const BYTES = 131_072;

const WRITE = `INSERT INTO write_checks (id, content) VALUES (1, randomblob(${BYTES}))
  ON CONFLICT DO UPDATE SET content = excluded.content`;

/**
 * Commits as many bytes as the largest dialog takes, and reads the page of the file where the next dialog will be
 * inserted. Then it checkpoints the log, so that the next write can reuse the space that the check has taken.
 * @throws {StoreUnavailable} also if an earlier statement found the file damaged
 */
export async function checkWritable(database: SqliteDatabase): Promise<void> {
  await database.write(() => {
    if (database.damage !== null) throw database.damage;
    database.rows('SELECT json_array(max(rowid)) FROM dialogs');
    database.run(WRITE, []);
  });
  await database.read(() => database.checkpoint('PASSIVE'));
}
