import Libsql from 'libsql';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts';
import type { Store } from '../../src/ports/store.ts';
import { EMPTY_READS } from '../contract/misuse.ts';
import { disposing } from '../contract/opened-store.ts';
import {
  idsOf,
  sampleDialog,
  sampleProfile,
  sampleWord,
  sampleWords,
  second,
  storedPool,
} from '../contract/samples.ts';
import { openFreshFile } from './opened-file.ts';

const open = disposing(openFreshFile);

/** A store with a pool of 100 dialogs, and a function that returns the statements of a call. */
async function listeningStore() {
  const { path } = await open();
  const statements: string[] = [];
  const store = await openSqliteStore({ path, onStatement: (sql) => statements.push(sql) });
  onTestFinished(() => store.close());
  const dialogs = await storedPool(store, 'a', 100);
  const statementsOf = async (call: (store: Store) => Promise<unknown>): Promise<string[]> => {
    statements.length = 0;
    await call(store);
    return [...statements];
  };
  return { path, dialogs, statementsOf };
}

/** The steps of SQLite's query plans for the statements of a call. */
async function planOf(call: (store: Store) => Promise<unknown>): Promise<string[]> {
  const { path, statementsOf } = await listeningStore();
  const statements = await statementsOf(call);
  const handle = new Libsql(path);
  onTestFinished(() => {
    handle.close();
  });
  const steps = statements.flatMap((sql) => handle.prepare(`EXPLAIN QUERY PLAN ${sql}`).all([]));
  return z
    .array(z.object({ detail: z.string() }))
    .parse(steps)
    .map(({ detail }) => detail);
}

test('a read by keys is one statement that returns one row, for any number of keys', async () => {
  const { path, dialogs, statementsOf } = await listeningStore();
  const wordIds = dialogs.map((dialog) => dialog.wordId);
  const wordKeys = wordIds.map((wordId) => ({ profileId: 'a', wordId }));
  const dialogKeys = idsOf(dialogs).map((dialogId) => ({ profileId: 'a', dialogId }));
  const many = dialogs.map((_, index) => (index % 2 === 0 ? 'a' : `none ${index}`));
  const reads: ((store: Store) => Promise<unknown>)[] = [
    (store) => store.profiles(many),
    (store) => store.words(wordKeys),
    (store) => store.wordCounts(many),
    (store) => store.dialogs(dialogKeys),
    (store) => store.dialogCounts(many),
    (store) => store.unusedDialogs(wordKeys),
    (store) => store.survey('a', wordIds),
  ];
  const handle = new Libsql(path);
  onTestFinished(() => {
    handle.close();
  });
  for (const read of reads) {
    const statements = await statementsOf(read);
    expect(statements, String(read)).toHaveLength(1);
    // Its keys are not bound, so it selects nothing.
    for (const sql of statements) expect(handle.prepare(sql).all([]), sql).toHaveLength(1);
  }
});

test('a read by no keys runs no statement', async () => {
  const { statementsOf } = await listeningStore();
  for (const read of EMPTY_READS) expect(await statementsOf(read), String(read)).toEqual([]);
});

test('adding, setting and removing words take three statements for any number of words', async () => {
  const { dialogs, statementsOf } = await listeningStore();
  const wordIds = dialogs.map((dialog) => dialog.wordId);
  const words = Array.from({ length: 1000 }, (_, index) => sampleWord('a', `text ${index}`));
  expect(await statementsOf((store) => store.addWords('a', words))).toHaveLength(3);
  expect(await statementsOf((store) => store.setWordState('a', wordIds, 'learned'))).toHaveLength(3);
  expect(await statementsOf((store) => store.removeWords('a', wordIds))).toHaveLength(3);
});

describe('searches an index, and reads no more of it than it returns:', () => {
  const page = { first: 10, after: { createdAt: second(5), id: 'x' } };
  const word = sampleWord('a', 'word 1');
  const byAge = 'words USING INDEX words_by_age (profile_id=? AND state=? AND (created_at,id)>(?,?))';
  const ring = 'words USING INDEX words_by_ring (profile_id=? AND state=? AND id>?';
  const unusedByAge = 'dialogs USING INDEX dialogs_unused_by_age (profile_id=?';
  const usedByAge = 'dialogs USING INDEX dialogs_used_by_age (profile_id=?';
  const behind = ' AND (created_at,id)>(?,?))';
  const unusedOfWord = 'dialogs USING INDEX dialogs_unused_by_word (profile_id=? AND word_id=?)';
  const covered = 'dialogs USING COVERING INDEX dialogs_by_word (profile_id=? AND word_id=?)';
  const ofWord = 'dialogs USING INDEX dialogs_by_word (profile_id=? AND word_id=?)';
  const theWord = 'words USING PRIMARY KEY (profile_id=? AND id=?)';

  const calls: [string, (store: Store) => Promise<unknown>, string[]][] = [
    [
      'a page of profiles',
      (store) => store.profilePage(page),
      [`profiles USING INDEX profiles_by_age (${behind.slice(5)}`],
    ],
    [
      'a page of the profiles of an owner',
      (store) => store.profilePage(page, 'alice'),
      ['profiles USING INDEX profiles_by_owner (owner_id=? AND (created_at,id)>(?,?))'],
    ],
    ['a page of words', (store) => store.wordPage('a', null, page), [byAge, byAge, byAge]],
    ['a page of words in a state', (store) => store.wordPage('a', ['learned'], page), [byAge]],
    [
      'a page of dialogs',
      (store) => store.dialogPage('a', null, page),
      [`${unusedByAge}${behind}`, `${usedByAge}${behind}`],
    ],
    [
      'unused dialogs of words',
      (store) => store.unusedDialogs([{ profileId: 'a', wordId: word.id }]),
      [unusedOfWord],
    ],
    ['the unused total', (store) => store.unusedTotal('a'), [`${unusedByAge})`]],
    [
      'a survey',
      (store) => store.survey('a', [word.id]),
      [`${unusedByAge})`, unusedOfWord, covered, covered, ofWord, ofWord],
    ],
    ['the latest dialogs', (store) => store.latestDialogs('a', 12), [`${unusedByAge})`, `${usedByAge})`]],
    [
      'learned words',
      (store) => store.learnedTexts('a', 500),
      ['words USING INDEX words_by_ring (profile_id=? AND state=?)'],
    ],
    [
      'a draw of words',
      (store) => store.drawWords('a', 'teaching', { start: 'f', after: null, wrapped: false }, 100),
      [`${ring})`, `${ring} AND id<?)`],
    ],
    [
      'a draw of words that has wrapped',
      (store) => store.drawWords('a', 'pending', { start: '8', after: '1', wrapped: true }, 10),
      [`${ring} AND id<?)`],
    ],
    [
      'a page of top-ups',
      (store) => store.topUpPage('a', page),
      ['top_ups USING INDEX top_ups_by_age (profile_id=? AND (started_at,id)<(?,?))'],
    ],
    [
      'current top-ups',
      (store) => store.currentTopUps(['a']),
      [
        'top_ups USING INTEGER PRIMARY KEY (rowid=?)',
        'top_ups USING INDEX top_ups_unfinished (profile_id=?)',
      ],
    ],
    [
      'top-ups by their keys',
      (store) => store.topUpRecords([{ profileId: 'a', topUpId: 'one' }]),
      ['top_ups USING INDEX sqlite_autoindex_top_ups_1 (profile_id=? AND id=?)'],
    ],
    ['creating a dialog', (store) => store.createDialog(sampleDialog(word, 1)), [theWord]],
    [
      'a claim',
      (store) => store.claimDialogs('a', 5, second(1), 'claim'),
      [`${unusedByAge})`, 'dialogs USING INTEGER PRIMARY KEY (rowid=?)', `${unusedByAge})`],
    ],
  ];

  test.each(calls)('%s', async (_, call, searches) => {
    const plan = await planOf(call);
    expect(plan.filter((step) => step.startsWith('SEARCH'))).toEqual(
      searches.map((search) => `SEARCH ${search}`),
    );
    for (const scan of plan.filter((step) => step.startsWith('SCAN')))
      expect(scan).toMatch(/^SCAN ((?:asked|profile) VIRTUAL TABLE|CONSTANT ROW|\(subquery|rows$)/);
    expect(plan.filter((step) => /TEMP B-TREE FOR (?!json_group_array)/.test(step))).toEqual([]);
  });

  test('counts, and sorts only the requested profiles', async () => {
    const ofWords = await planOf((store) => store.wordCounts(['a']));
    const count = 'SEARCH word_counts USING PRIMARY KEY (profile_id=? AND state=?)';
    expect(ofWords.filter((step) => step.startsWith('SEARCH'))).toEqual([count, count, count]);
    const ofDialogs = await planOf((store) => store.dialogCounts(['a']));
    expect(ofDialogs.filter((step) => step.startsWith('SEARCH'))).toEqual([
      `SEARCH ${unusedByAge})`,
      `SEARCH ${usedByAge})`,
    ]);
    const ofCalls = await planOf((store) => store.callsOn([{ profileId: 'a', day: '2026-01-01' }]));
    expect(ofCalls.filter((step) => step.startsWith('SEARCH'))).toEqual([
      'SEARCH paid_calls USING PRIMARY KEY (profile_id=? AND day=?)',
    ]);
  });
});

test('a profile is deleted in parts of at most 1,000 words', async () => {
  const { path, statementsOf } = await listeningStore();
  const words = sampleWords('a', 2_500);
  const statements = await statementsOf(async (store) => {
    for (const begin of [0, 1_000, 2_000]) await store.addWords('a', words.slice(begin, begin + 1_000));
    await store.deleteProfile('a');
  });
  expect(statements.filter((sql) => sql.startsWith('DELETE FROM words'))).toHaveLength(3);
  const handle = new Libsql(path);
  onTestFinished(() => {
    handle.close();
  });
  const left = ['profiles', 'words', 'word_counts', 'dialogs'].flatMap((table) =>
    handle.prepare(`SELECT * FROM ${table}`).all([]),
  );
  expect(left).toEqual([]);
});

test('a deletion that ends in the middle leaves a profile that is not topped up by itself and can be deleted', async () => {
  const { path } = await open();
  let deletions = 0;
  const onStatement = (sql: string): void => {
    if (sql.startsWith('DELETE FROM words')) deletions += 1;
    if (deletions === 2) throw new Error('ended');
  };
  const store = await openSqliteStore({ path, onStatement });
  onTestFinished(() => store.close());
  await store.createProfile({ ...sampleProfile('a'), autoTopUp: true });
  const words = sampleWords('a', 1_500);
  for (const begin of [0, 1_000]) await store.addWords('a', words.slice(begin, begin + 1_000));
  await expect(store.deleteProfile('a')).rejects.toThrow('ended');
  deletions = 3;
  expect(await store.profiles(['a'])).toMatchObject([{ autoTopUp: false }]);
  expect(await store.wordCounts(['a'])).toEqual([{ pending: 0, teaching: 500, learned: 0 }]);
  await store.deleteProfile('a');
  expect(await store.profiles(['a'])).toEqual([null]);
});
