import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import Libsql from 'libsql';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../src/adapters/sqlite/open-database.ts';
import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts';
import { StoreUnavailable } from '../../src/model/errors.ts';
import { disposing } from '../contract/opened-store.ts';
import {
  present,
  sampleDialog,
  sampleProfile,
  sampleWord,
  second,
  storedPool,
  storedWords,
} from '../contract/samples.ts';
import { graphql } from '../generated/index.ts';
import { createCourse } from '../support/course.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { openTestApp } from '../support/test-app.ts';
import { openFreshFile } from './opened-file.ts';

const open = disposing(openFreshFile);

const Ensure = graphql(`
  mutation EnsureBesideForeignId { ensureDialogs(profileId: "course", min: 3) { unusedTotal } }
`);

/** The file as another program reads it. */
function handleOn(path: string): Libsql.Database {
  const handle = new Libsql(path);
  onTestFinished(() => {
    handle.close();
  });
  return handle;
}

describe('a data file', () => {
  test('is created with its folder, and keeps its contents when it is opened again', async () => {
    const { path } = await open();
    const deep = join(dirname(path), 'a', 'folder with ?#%', 'pool.db');
    const first = await openSqliteStore({ path: deep });
    const dialogs = await storedPool(first, 'a', 3);
    await first.close();
    const again = await openSqliteStore({ path: deep });
    expect((await again.dialogPage('a', null, { first: 9, after: null })).nodes).toEqual(dialogs);
    await again.close();
  });

  test.each([
    ['long private use', `de-x-${'a'.repeat(31)}`, 'de'],
    ['long extensions', `zh-Hant-TW-u-co-${'phonebk-'.repeat(5)}x`, 'zh-Hant-TW'],
    ['many variants', `de-CH-${'abcdefgh-'.repeat(100_000)}a`, 'de-CH-abcdefgh-abcdefgh-abcdefgh'],
    ['no end', 'x'.repeat(300_000), 'und'],
    ['private use alone', `x-${'a'.repeat(40)}`, 'und'],
  ])('with a language tag that has %s shows the part before it', async (_, tag, shown) => {
    const { store, path } = await open();
    await store.createProfile(sampleProfile('a'));
    handleOn(path)
      .prepare('UPDATE profiles SET target_language = ?1, native_language = ?1 WHERE id = ?2')
      .run(tag, 'a');
    const languages = { targetLanguage: shown, nativeLanguage: shown };
    expect(await store.profiles(['a'])).toMatchObject([languages]);
    expect((await store.profilePage({ first: 9, after: null })).nodes).toMatchObject([languages]);
    expect(await store.updateProfile('a', { name: 'Bo' })).toMatchObject(languages);
    expect(await store.updateProfile('a', { targetLanguage: 'fr' })).toMatchObject({ targetLanguage: 'fr' });
  });

  test('is synchronised to the disk by every commit, and enforces foreign keys', async () => {
    const { path } = await open();
    const database = await openDatabase(path, {
      lockWaitMs: 100,
      random: Math.random,
      onStatement: () => {},
    });
    onTestFinished(() => database.close());
    expect(database.rows('SELECT json_array(journal_mode) FROM pragma_journal_mode')).toEqual([['wal']]);
    expect(database.rows('SELECT json_array(synchronous) FROM pragma_synchronous')).toEqual([[2]]);
    expect(database.rows('SELECT json_array(foreign_keys) FROM pragma_foreign_keys')).toEqual([[1]]);
  });

  test('can be opened while another process creates it', async () => {
    const { path } = await open();
    const fresh = join(dirname(path), 'fresh.db');
    const maker = handleOn(fresh);
    maker.exec('BEGIN IMMEDIATE');
    const opening = openSqliteStore({ path: fresh });
    await setTimeout(100);
    maker.exec('COMMIT');
    const store = await opening;
    await store.checkWritable(null);
    await store.close();
  });

  test('of an older version is migrated with its contents', async () => {
    const { path, store } = await open();
    const dialogs = await storedPool(store, 'a', 5);
    const word = sampleWord('a', 'quoted', { createdAt: second(6) });
    await store.addWords('a', [word]);
    const turns = [
      { speaker: 'A', text: '"\\u0000"\0\n猫😀', translation: null, audio: null },
      { speaker: 'B', text: '[1]', translation: '{}', audio: 'one.mp3' },
    ];
    const quoted = sampleDialog(word, 0, { turns, createdAt: second(8) });
    await store.createDialog(quoted);
    await store.setWordState('a', [present(dialogs[0]).wordId], 'learned');
    await store.close();
    handleOn(path).exec(`
      UPDATE dialogs SET turns = (SELECT json_group_array(json_object('speaker', value -> 0, 'text', value -> 1,
        'translation', value -> 2, 'audio', value -> 3)) FROM json_each(turns));
      DROP TRIGGER words_inserted; DROP TRIGGER words_updated; DROP TRIGGER words_deleted;
      DROP TABLE word_counts; DROP TABLE write_checks; DROP INDEX dialogs_by_claim; ALTER TABLE dialogs DROP COLUMN claim_key;
      ALTER TABLE profiles DROP COLUMN auto_top_up; ALTER TABLE profiles DROP COLUMN max_calls_per_day;
      DROP TABLE top_ups; DROP TABLE paid_calls; DROP INDEX profiles_by_owner; ALTER TABLE profiles DROP COLUMN owner_id;
      DROP TABLE learnings; DROP TABLE learning_versions; DROP INDEX dialogs_reviewed;
      ALTER TABLE profiles DROP COLUMN word_order; ALTER TABLE profiles DROP COLUMN word_progress;
      ALTER TABLE words DROP COLUMN memory; ALTER TABLE words DROP COLUMN dialog_series; ALTER TABLE dialogs DROP COLUMN review;
      ALTER TABLE dialogs DROP COLUMN review_number; ALTER TABLE dialogs DROP COLUMN style;
      ALTER TABLE dialogs DROP COLUMN self_check;
      ALTER TABLE dialogs DROP COLUMN trial; DROP TABLE prompts;
      PRAGMA user_version = 2`);
    const brought = await openSqliteStore({ path });
    onTestFinished(() => brought.close());
    expect((await brought.dialogPage('a', null, { first: 9, after: null })).nodes).toEqual([
      ...dialogs,
      quoted,
    ]);
    expect(await brought.profiles(['a'])).toEqual([sampleProfile('a')]);
    expect(await brought.wordCounts(['a'])).toEqual([{ pending: 0, teaching: 5, learned: 1 }]);
    expect(await brought.claimDialogs('a', 2, second(9), 'claim', 'key')).toHaveLength(2);
    await brought.addWords('a', [sampleWord('a', 'one more')]);
    expect(await brought.wordCounts(['a'])).toEqual([{ pending: 0, teaching: 6, learned: 1 }]);
  });

  test('of a newer version is refused and not changed', async () => {
    const { path, store } = await open();
    await store.close();
    handleOn(path).exec('PRAGMA user_version = 99');
    await expect(openSqliteStore({ path })).rejects.toThrow(
      /^The data file .* cannot be opened: it is of version 99, and this program knows versions up to \d+$/,
    );
    expect(handleOn(path).prepare('PRAGMA user_version').all([])).toEqual([{ user_version: 99 }]);
  });

  test('that is not a database is refused and not changed', async () => {
    const { path } = await open();
    const letter = join(dirname(path), 'letter.txt');
    const text = 'Dear reader, this is no database. '.repeat(100);
    await writeFile(letter, text);
    await expect(openSqliteStore({ path: letter })).rejects.toThrow(
      `The data file ${letter} cannot be opened: file is not a database`,
    );
    expect(await readFile(letter, 'utf8')).toBe(text);
  });

  test('is refused if its path is taken by something else', async () => {
    const { path } = await open();
    const folder = join(dirname(path), 'folder');
    await mkdir(folder);
    await expect(openSqliteStore({ path: folder })).rejects.toThrow(
      `The data file ${folder} cannot be opened`,
    );
    const within = join(path, 'pool.db');
    await expect(openSqliteStore({ path: within })).rejects.toThrow(
      `The data file ${within} cannot be opened`,
    );
  });

  test('in which another program has written bytes that are no text is read', async () => {
    const { path, store } = await open();
    const dialog = present((await storedPool(store, 'a', 1))[0]);
    handleOn(path).exec(`
      UPDATE words SET text = CAST(x'61ff62f09f8c' AS TEXT);
      UPDATE dialogs SET generator = CAST(x'c328' AS TEXT);`);
    const [word] = await store.words([dialog]);
    expect(word?.text).toBe('a\ufffdb\ufffd');
    expect(await store.unusedDialogs([dialog])).toEqual([{ ...dialog, generator: '\ufffd(' }]);
    expect((await store.markDialogUsed('a', dialog.id, second(9))).generator).toBe('\ufffd(');
  });

  test('in which the id of a word is no text has nothing paid for that word', async () => {
    const { path, store } = await open();
    const generator = scriptedGenerator();
    const app = await openTestApp({ store, generator });
    await createCourse(store, { teaching: 2 });
    handleOn(path).exec(`INSERT INTO words (profile_id, id, text, state, created_at)
      VALUES ('course', CAST(x'ff' AS TEXT), 'ajeno', 'teaching', 0)`);
    const { errors } = await app.send(Ensure, {});
    expect(errors.map(({ extensions }) => extensions?.code)).toEqual(['INTERNAL_SERVER_ERROR']);
    expect(generator.asked).toEqual([]);
  });

  test('rejects invalid rows of any program', async () => {
    const { path, store } = await open();
    const dialog = present((await storedPool(store, 'a', 1))[0]);
    const other = handleOn(path);
    other.exec('PRAGMA foreign_keys = ON');
    for (const statement of [
      `UPDATE words SET state = 'forgotten'`,
      `UPDATE words SET created_at = 'yesterday'`,
      `UPDATE profiles SET level = 'D1'`,
      `UPDATE dialogs SET turns = 'hello'`,
      `UPDATE dialogs SET turns = '{}'`,
      `INSERT INTO dialogs SELECT profile_id, id || 'x', word_id, 7, generator, NULL, 0, NULL, turns FROM dialogs`,
      `INSERT INTO words VALUES ('none', 'x', 'x', NULL, 'pending', 0)`,
    ])
      expect(() => other.exec(statement), statement).toThrow();
    expect(await store.unusedDialogs([dialog])).toEqual([dialog]);
  });
});

describe('a file that another process keeps busy', () => {
  test('cannot be written, and can be written by all processes afterwards', async () => {
    const { path, store } = await open();
    const [word] = await storedWords(store, 'a', 1);
    const patient = await openSqliteStore({ path, lockWaitMs: 50 });
    onTestFinished(() => patient.close());
    const other = handleOn(path);
    other.exec('BEGIN IMMEDIATE');
    const writes = [
      () => patient.createProfile(sampleProfile('b')),
      () => patient.createDialog(sampleDialog(present(word))),
      () => patient.takeLease('a', 'one', null),
      () => patient.claimDialogs('a', 1, second(0), 'claim'),
    ];
    for (const write of writes) await expect(write()).rejects.toThrow(StoreUnavailable);
    expect(await patient.words([{ profileId: 'a', wordId: present(word).id }])).toEqual([word]);
    other.exec('ROLLBACK');
    for (const write of writes) await write();
    other.exec('BEGIN IMMEDIATE; ROLLBACK');
    expect(await store.dialogCounts(['a'])).toEqual([{ unused: 0, used: 1 }]);
  });
});
