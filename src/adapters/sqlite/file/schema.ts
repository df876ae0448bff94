import type { SqliteDatabase } from './database.ts';
import { integer } from './values.ts';

/**
 * The migrations from an empty file to the current schema. A file's `user_version` is the number of migrations that were
 * applied to it. A published migration is never changed; new ones are appended.
 *
 * Times are milliseconds since 1970. A dialog is unused if its `used_at` is NULL. The columns of an index are first those
 * that its queries compare, then those that they sort by.
 */
const MIGRATIONS: readonly string[] = [
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

  -- No reference to profiles: a lease may exist shortly after its profile was deleted.
  CREATE TABLE leases (
    profile_id TEXT    NOT NULL PRIMARY KEY,
    owner      TEXT    NOT NULL,
    until      INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Whether every turn has a recording. An index cannot look into the turns.
  ALTER TABLE dialogs ADD COLUMN is_voiced INTEGER NOT NULL DEFAULT 0 CHECK (is_voiced IN (0, 1));
  CREATE INDEX dialogs_silent_by_age ON dialogs (profile_id, created_at, id)
    WHERE used_at IS NULL AND is_voiced = 0 AND ref_voice_id IS NOT NULL;
  CREATE INDEX dialogs_voiced ON dialogs (profile_id) WHERE used_at IS NULL AND is_voiced = 1;
  `,
  `
  -- Maintained by triggers, so that reading the counts costs the same at any number of words.
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
  -- A lease is taken over if its version has not changed for a while; clocks are not compared. Existing leases belong
  -- to processes that have ended.
  DROP TABLE leases;
  CREATE TABLE leases (
    key     TEXT    NOT NULL PRIMARY KEY,
    owner   TEXT    NOT NULL,
    version INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- The key of the claim that took the dialog, so that a repeated claim gets the same dialogs.
  ALTER TABLE dialogs ADD COLUMN claim_key TEXT;
  CREATE INDEX dialogs_by_claim ON dialogs (profile_id, claim_key, created_at, id) WHERE claim_key IS NOT NULL;
  `,
  `
  -- One row, which is overwritten to find out whether the file can be written.
  CREATE TABLE write_checks (
    id      INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    content BLOB    NOT NULL
  ) STRICT;
  `,
  `
  ALTER TABLE profiles ADD COLUMN auto_top_up INTEGER NOT NULL DEFAULT 0 CHECK (auto_top_up IN (0, 1));
  -- NULL is no limit.
  ALTER TABLE profiles ADD COLUMN max_calls_per_day INTEGER;
  `,
  `
  CREATE TABLE top_ups (
    profile_id       TEXT    NOT NULL REFERENCES profiles (id) ON DELETE CASCADE,
    id               TEXT    NOT NULL,
    process          TEXT    NOT NULL,
    state            TEXT    NOT NULL CHECK (state IN ('waiting', 'running', 'ended', 'cancelled', 'lost')),
    min              INTEGER NOT NULL,
    unused_total     INTEGER NOT NULL,
    created_ids      TEXT    NOT NULL CHECK (json_type(created_ids) = 'array'),
    -- A list of lists: word id, reason, message.
    skipped          TEXT    NOT NULL CHECK (json_type(skipped) = 'array'),
    calls            INTEGER NOT NULL,
    input_tokens     INTEGER,
    output_tokens    INTEGER,
    outcome          TEXT,
    cancel_requested INTEGER NOT NULL CHECK (cancel_requested IN (0, 1)),
    started_at       INTEGER NOT NULL,
    ended_at         INTEGER,
    -- Each change adds 1.
    version          INTEGER NOT NULL,
    PRIMARY KEY (profile_id, id)
  ) STRICT;
  CREATE INDEX top_ups_by_age ON top_ups (profile_id, started_at, id);
  CREATE INDEX top_ups_unfinished ON top_ups (profile_id, started_at, id) WHERE state IN ('waiting', 'running');
  `,
  `
  CREATE TABLE paid_calls (
    profile_id TEXT    NOT NULL REFERENCES profiles (id) ON DELETE CASCADE,
    -- YYYY-MM-DD, in UTC.
    day        TEXT    NOT NULL,
    calls      INTEGER NOT NULL CHECK (calls >= 0),
    -- Numbers the profile's reservations: the count with the highest number was written last.
    written    INTEGER NOT NULL,
    PRIMARY KEY (profile_id, day)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- The subject of the learner that the profile belongs to. NULL if it belongs to none.
  ALTER TABLE profiles ADD COLUMN owner_id TEXT;
  CREATE INDEX profiles_by_owner ON profiles (owner_id, created_at, id) WHERE owner_id IS NOT NULL;
  `,
  `
  ALTER TABLE profiles ADD COLUMN word_order TEXT NOT NULL DEFAULT 'random' CHECK (word_order IN ('random', 'need'));
  ALTER TABLE profiles ADD COLUMN word_progress TEXT NOT NULL DEFAULT 'manual'
    CHECK (word_progress IN ('manual', 'automatic'));
  -- Lists, as src/adapters/sqlite/file/review-row.ts writes them. NULL before the first review.
  ALTER TABLE words ADD COLUMN memory TEXT CHECK (json_type(memory) = 'array');
  ALTER TABLE dialogs ADD COLUMN review TEXT CHECK (json_type(review) = 'array');
  -- Numbers the reviews of a profile: a review that is stored later has a higher number.
  ALTER TABLE dialogs ADD COLUMN review_number INTEGER;
  CREATE INDEX dialogs_reviewed ON dialogs (profile_id, review_number) WHERE review_number IS NOT NULL;

  CREATE TABLE learnings (
    profile_id TEXT    NOT NULL PRIMARY KEY REFERENCES profiles (id) ON DELETE CASCADE,
    version    INTEGER NOT NULL,
    -- Where a replay starts, and the reviews that are included.
    content    TEXT    NOT NULL CHECK (json_type(content) = 'array')
  ) STRICT, WITHOUT ROWID;
  -- Each version, the present one included. None is ever changed.
  CREATE TABLE learning_versions (
    profile_id TEXT    NOT NULL REFERENCES profiles (id) ON DELETE CASCADE,
    version    INTEGER NOT NULL,
    content    TEXT    NOT NULL CHECK (json_type(content) = 'array'),
    PRIMARY KEY (profile_id, version)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- How the dialog was meant to be written. NULL if nothing was varied.
  ALTER TABLE dialogs ADD COLUMN style TEXT;
  `,
  `
  -- A part of the ids of the word's dialogs. NULL for words that were added by earlier versions.
  ALTER TABLE words ADD COLUMN dialog_series TEXT;
  `,
  `
  -- The share of known words, and whether the word is used (0 or 1). NULL if the dialog was not checked.
  ALTER TABLE dialogs ADD COLUMN self_check TEXT CHECK (json_type(self_check) = 'array');
  `,
  `
  -- The trial that the dialog belongs to, and its arm. NULL if it belongs to none.
  ALTER TABLE dialogs ADD COLUMN trial TEXT CHECK (json_type(trial) = 'array');

  -- No reference to profiles: trials are over all of them.
  CREATE TABLE prompts (
    model   TEXT NOT NULL PRIMARY KEY,
    -- The champions and the trials.
    content TEXT NOT NULL CHECK (json_type(content) = 'array')
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- From here on, the turns of a dialog may be lists, which earlier versions of this program cannot read.
  `,
];

/**
 * Migrates a file to the current schema. If several processes open a new file, one of them applies the migrations.
 * @throws if the file was written by a newer version of this program
 */
export async function migrate(database: SqliteDatabase): Promise<void> {
  if ((await database.read(() => version(database))) === MIGRATIONS.length) return;
  await database.write(() => {
    const applied = version(database);
    if (applied > MIGRATIONS.length)
      throw new Error(
        `it is of version ${applied}, and this program knows versions up to ${MIGRATIONS.length}`,
      );
    for (const migration of MIGRATIONS.slice(applied)) database.execute(migration);
    database.execute(`PRAGMA user_version = ${MIGRATIONS.length}`);
  });
}

function version(database: SqliteDatabase): number {
  const [row] = database.rows('SELECT json_array(user_version) FROM pragma_user_version');
  return integer(row?.[0]);
}
