import type { SqliteDatabase } from './database.ts';
import { integer } from './rows.ts';

/**
 * The steps from an empty file to the present schema. A file remembers in its `user_version` how many of them it
 * has taken. Steps that were published are never changed: a new one is added behind them.
 *
 * Times are milliseconds since 1970. A dialog is unused while it has no `used_at`. The order of the columns of an
 * index is that of the reads it serves: first what they fix, then their order.
 */
const STEPS: readonly string[] = [
  `
  CREATE TABLE profiles (
    id              TEXT    NOT NULL PRIMARY KEY,
    name            TEXT    NOT NULL,
    native_language TEXT    NOT NULL,
    target_language TEXT    NOT NULL,
    level           TEXT    CHECK (level IN ('A1', 'A2', 'B1', 'B2', 'C1', 'C2')),
    ref_voice_id    TEXT,
    min_dialogs     INTEGER NOT NULL,
    created_at      INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX profiles_by_age ON profiles (created_at, id);

  CREATE TABLE words (
    profile_id  TEXT    NOT NULL REFERENCES profiles (id) ON DELETE CASCADE,
    id          TEXT    NOT NULL,
    text        TEXT    NOT NULL,
    translation TEXT,
    state       TEXT    NOT NULL CHECK (state IN ('pending', 'teaching', 'learned')),
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (profile_id, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX words_by_ring ON words (profile_id, state, id);
  CREATE INDEX words_by_age ON words (profile_id, state, created_at, id);

  CREATE TABLE dialogs (
    profile_id   TEXT    NOT NULL REFERENCES profiles (id) ON DELETE CASCADE,
    id           TEXT    NOT NULL,
    word_id      TEXT    NOT NULL,
    number       INTEGER,
    generator    TEXT    NOT NULL,
    ref_voice_id TEXT,
    created_at   INTEGER NOT NULL,
    used_at      INTEGER,
    turns        TEXT    NOT NULL CHECK (json_type(turns) = 'array'),
    PRIMARY KEY (profile_id, id)
  ) STRICT;
  -- Rule 1 of the pool: a word has at most one unused dialog.
  CREATE UNIQUE INDEX dialogs_unused_by_word ON dialogs (profile_id, word_id) WHERE used_at IS NULL;
  CREATE INDEX dialogs_unused_by_age ON dialogs (profile_id, created_at, id) WHERE used_at IS NULL;
  CREATE INDEX dialogs_used_by_age ON dialogs (profile_id, created_at, id) WHERE used_at IS NOT NULL;
  CREATE INDEX dialogs_by_word ON dialogs (profile_id, word_id, created_at, id, number);

  -- A lease may outlive its profile by the moment in which a top-up finds that the profile is gone.
  CREATE TABLE leases (
    profile_id TEXT    NOT NULL PRIMARY KEY,
    owner      TEXT    NOT NULL,
    until      INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Whether every turn has a recording. Kept beside the turns, since no index can look into them.
  ALTER TABLE dialogs ADD COLUMN is_voiced INTEGER NOT NULL DEFAULT 0 CHECK (is_voiced IN (0, 1));
  CREATE INDEX dialogs_silent_by_age ON dialogs (profile_id, created_at, id)
    WHERE used_at IS NULL AND is_voiced = 0 AND ref_voice_id IS NOT NULL;
  CREATE INDEX dialogs_voiced ON dialogs (profile_id) WHERE used_at IS NULL AND is_voiced = 1;
  `,
  `
  -- Kept by the triggers, so that a page that shows the counts costs the same at any number of words.
  CREATE TABLE word_counts (
    profile_id TEXT    NOT NULL REFERENCES profiles (id) ON DELETE CASCADE,
    state      TEXT    NOT NULL,
    total      INTEGER NOT NULL,
    PRIMARY KEY (profile_id, state)
  ) STRICT, WITHOUT ROWID;
  CREATE TRIGGER words_inserted AFTER INSERT ON words BEGIN
    INSERT INTO word_counts VALUES (NEW.profile_id, NEW.state, 1) ON CONFLICT DO UPDATE SET total = total + 1;
  END;
  CREATE TRIGGER words_updated AFTER UPDATE OF state ON words BEGIN
    UPDATE word_counts SET total = total - 1 WHERE profile_id = OLD.profile_id AND state = OLD.state;
    INSERT INTO word_counts VALUES (NEW.profile_id, NEW.state, 1) ON CONFLICT DO UPDATE SET total = total + 1;
  END;
  CREATE TRIGGER words_deleted AFTER DELETE ON words BEGIN
    UPDATE word_counts SET total = total - 1 WHERE profile_id = OLD.profile_id AND state = OLD.state;
  END;
  INSERT INTO word_counts SELECT profile_id, state, count(*) FROM words GROUP BY profile_id, state;
  `,
  `
  -- A lease is taken over when its version has not changed for a while, so that clocks are not compared. The leases
  -- of before are of processes that have ended.
  DROP TABLE leases;
  CREATE TABLE leases (
    key     TEXT    NOT NULL PRIMARY KEY,
    owner   TEXT    NOT NULL,
    version INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- The key under which a used dialog was claimed, for a caller that asks again.
  ALTER TABLE dialogs ADD COLUMN claim_key TEXT;
  CREATE INDEX dialogs_by_claim ON dialogs (profile_id, claim_key, created_at, id) WHERE claim_key IS NOT NULL;
  `,
  `
  -- One row, written anew to find out whether the file can be written.
  CREATE TABLE write_checks (
    id      INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    content BLOB    NOT NULL
  ) STRICT;
  `,
];

/**
 * Brings a file to the present schema. Of several processes that open a fresh file one takes the steps.
 * @throws if a newer version of this program has written the file
 */
export async function migrate(database: SqliteDatabase): Promise<void> {
  if ((await database.read(() => version(database))) === STEPS.length) return;
  await database.write(() => {
    const taken = version(database);
    if (taken > STEPS.length)
      throw new Error(`it is of version ${taken}, and this program knows versions up to ${STEPS.length}`);
    for (const step of STEPS.slice(taken)) database.execute(step);
    database.execute(`PRAGMA user_version = ${STEPS.length}`);
  });
}

function version(database: SqliteDatabase): number {
  const [row] = database.rows('SELECT json_array(user_version) FROM pragma_user_version');
  return integer(row?.[0]);
}
