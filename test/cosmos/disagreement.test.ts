import { createDefaultHttpClient } from '@azure/core-rest-pipeline';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openCosmosStore } from '../../src/adapters/cosmos/cosmos-store.ts';
import type { Position } from '../../src/model/page.ts';
import { idsOf, present, sampleDialog, sampleProfile, sampleWord, second } from '../contract/samples.ts';
import { type Emulator, startEmulator } from '../emulators/cosmos-emulator.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { openTestApp } from '../support/test-app.ts';
import { OlderService } from './older-service.ts';
import { openedCosmosStore, storeOptions } from './opened-cosmos-store.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

/** Conditions as a service would evaluate them that reads texts or types in another way than this program. */
const LOOSER: readonly [string, string][] = [
  ['LENGTH(c.text) <= 400', 'LENGTH(c.text) <= 4000'],
  ['IS_STRING(c.word_id)', 'IS_DEFINED(c.word_id)'],
];

/** A store whose queries find documents that are no words and no dialogs. */
async function open() {
  const opened = await openedCosmosStore(emulator);
  onTestFinished(() => opened.dispose());
  const wire = createDefaultHttpClient();
  const httpClient: typeof wire = {
    sendRequest(request) {
      if (typeof request.body === 'string')
        for (const [condition, looser] of LOOSER) request.body = request.body.replaceAll(condition, looser);
      return wire.sendRequest(request);
    },
  };
  const store = await openCosmosStore(storeOptions(emulator.url, { database: opened.name, httpClient }));
  onTestFinished(() => store.close());
  const older = new OlderService(opened.database);
  const writeNoWord = (index: number, createdAt: unknown) =>
    older.write('words', {
      id: `${(index % 16).toString(16)}-${index}`,
      profile_id: 'a',
      text: 'x'.repeat(500),
      state: 'teaching',
      created_at: createdAt,
    });
  const writeNoDialog = (index: number) =>
    older.write('dialogs', {
      id: `none-${index}`,
      profile_id: 'a',
      word_id: index,
      is_used: false,
      created_at: second(0).toISOString(),
    });
  return { store, older, writeNoWord, writeNoDialog };
}

const WORDS = Array.from({ length: 12 }, (_, index) =>
  sampleWord('a', `word ${index}`, { createdAt: second(index % 4) }),
);

describe('documents that a query finds and that are no words', () => {
  /** Before, among and behind the words. */
  async function openWithWords() {
    const opened = await open();
    await opened.store.createProfile(sampleProfile('a'));
    await opened.store.addWords('a', WORDS);
    for (let index = 0; index < 40; index += 1)
      await opened.writeNoWord(index, index % 3 === 0 ? null : second(index % 6).toISOString());
    return opened;
  }

  test('do not keep a top-up from words behind them', async () => {
    const { store } = await openWithWords();
    const app = await openTestApp({ store, generator: scriptedGenerator() });
    const { unusedTotal, outcome } = await app.pool.ensureDialogs('a', 12);
    expect({ unusedTotal, outcome }).toEqual({ unusedTotal: 12, outcome: 'SATISFIED' });
  });

  test.each([1, 3, 12, 100])('do not hide words from pages of %d', async (first) => {
    const { store } = await openWithWords();
    const shown: string[] = [];
    let after: Position | null = null;
    for (let hasNextPage = true; hasNextPage; ) {
      const page = await store.wordPage('a', null, { first, after });
      if (page.hasNextPage) expect(page.nodes).toHaveLength(first);
      shown.push(...idsOf(page.nodes));
      ({ hasNextPage } = page);
      after = page.nodes.at(-1) ?? after;
    }
    const byAge = [...WORDS].sort(
      (one, other) => one.createdAt.getTime() - other.createdAt.getTime() || (one.id < other.id ? -1 : 1),
    );
    expect(shown).toEqual(idsOf(byAge));
  });
});

test.each([undefined, 'key'])('documents that are no dialogs do not end a claim: %s', async (key) => {
  const { store, older, writeNoDialog } = await open();
  await store.createProfile(sampleProfile('a'));
  for (let index = 0; index < 25; index += 1) await writeNoDialog(index);
  const dated = sampleDialog(present(WORDS[0]), 0, { createdAt: second(5) });
  await older.dialog(dated);
  await older.write('dialogs', { id: 'undated', profile_id: 'a', word_id: 'w', is_used: false, turns: [] });
  expect(idsOf(await store.claimDialogs('a', 2, second(9), 'claim', key))).toEqual([dated.id, 'undated']);
});
