import type { SqliteDatabase } from './database.ts';

/**
 * More than the largest dialog that the limits allow: 12 turns of 600 characters with translations of 1,200, of 4 bytes
 * each, are 86,400 bytes.
 */
const BYTES = 131_072;

const WRITE = `INSERT INTO write_checks (id, content) VALUES (1, randomblob(${BYTES}))
  ON CONFLICT DO UPDATE SET content = excluded.content`;

/**
 * Commits as much as a dialog can take, and reads the place where the next dialog will stand. Then the log is begun
 * anew if other processes allow it, so that what is written next finds the room that the check has just taken.
 * @throws {StoreUnavailable} also if a statement has found the file damaged before: a file does not mend itself
 */
export async function checkWritable(database: SqliteDatabase): Promise<void> {
  await database.write(() => {
    if (database.damage !== null) throw database.damage;
    database.rows('SELECT json_array(max(rowid)) FROM dialogs');
    database.run(WRITE, []);
  });
  await database.read(() => database.checkpoint('PASSIVE'));
}
