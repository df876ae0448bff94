import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import {
  idsOf,
  present,
  sampleDialog,
  sampleProfile,
  sampleWord,
  second,
  storedPool,
  storedWords,
} from '../contract/samples.ts';
import { type Emulator, startEmulator } from '../emulators/cosmos-emulator.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { openTestApp } from '../support/test-app.ts';
import { type Fields, OlderService } from './older-service.ts';
import { openedCosmosStore } from './opened-cosmos-store.ts';
import { writeRaw } from './raw-documents.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

async function open() {
  const opened = await openedCosmosStore(emulator);
  onTestFinished(() => opened.dispose());
  const raw = (container: string, document: Fields) =>
    writeRaw(emulator, opened.name, container, document, String(document.profile_id ?? document.id));
  return { store: opened.store, older: new OlderService(opened.database), raw };
}

const all = { first: 100, after: null };

describe('a foreign document whose id cannot be addressed', () => {
  test('does not keep a claim from ending', async () => {
    const { store, raw } = await open();
    const ids = idsOf(await storedPool(store, 'a', 2));
    await raw('dialogs', { id: 'what?.0', profile_id: 'a', word_id: 'what?', is_used: false });
    expect(idsOf(await store.claimDialogs('a', 5, second(9), 'claim 1'))).toEqual(ids);
    expect(await store.claimDialogs('a', 5, second(9), 'claim 2')).toEqual([]);
    expect(await store.claimDialogs('a', 5, second(9), 'claim 3', 'key')).toEqual([]);
  });

  test.each(['what?', 'a/b', 'x'.repeat(1_022)])('is not paid for: a word %#', async (id) => {
    const { store, raw } = await open();
    await store.createProfile(sampleProfile('a'));
    await raw('words', { id, profile_id: 'a', text: 'palabra', state: 'teaching' });
    const generator = scriptedGenerator();
    const app = await openTestApp({ store, generator });
    const { created, outcome, unusedTotal } = await app.pool.ensureDialogs('a', 3);
    expect({ created, outcome, unusedTotal }).toEqual({
      created: [],
      outcome: 'WORDS_EXHAUSTED',
      unusedTotal: 0,
    });
    expect(generator.asked).toEqual([]);
  });

  test('is no profile either', async () => {
    const { store, raw } = await open();
    await store.createProfile(sampleProfile('a'));
    const theirs = { name: 'B', native_language: 'en', target_language: 'fr' };
    for (const id of ['b?', 'b/c', 'b#', '..', 'b ']) await raw('profiles', { id, ...theirs });
    expect(idsOf((await store.profilePage(all)).nodes)).toEqual(['a']);
    expect(await store.profiles(['b?', 'b/c', '..'])).toEqual([null, null, null]);
  });
});

test('a dialog of a word that cannot be addressed is a dialog without a word', async () => {
  const { store, older } = await open();
  await store.createProfile(sampleProfile('a'));
  await older.write('dialogs', { id: 'd', profile_id: 'a', word_id: 'what?', is_used: false });
  expect(await store.unusedTotal('a')).toBe(1);
  const [dialog] = await store.claimDialogs('a', 1, second(9), 'claim');
  expect(dialog).toMatchObject({ id: 'd', wordId: 'what?' });
  expect(await store.words([{ profileId: 'a', wordId: 'what?' }])).toEqual([null]);
});

test('a new word whose text is the id of a foreign one is added', async () => {
  const { store, older } = await open();
  await store.createProfile(sampleProfile('a'));
  await older.write('words', { id: 'casa', profile_id: 'a', text: 'perro', state: 'teaching' });
  const words = [sampleWord('a', 'casa'), sampleWord('a', 'Perro')];
  const { added, existing } = await store.addWords('a', words);
  expect(added).toEqual([words[0]]);
  expect(idsOf(existing)).toEqual(['casa']);
});

describe('a large foreign document', () => {
  const huge = 'x'.repeat(1_500_000);
  /** Not more, because the emulator's time grows with the square of their number. */
  const turns = Array.from({ length: 3_000 }, (_, index) => ({ speaker: 'A', text: `${index}` }));

  async function openWithHuge() {
    const opened = await open();
    const [word] = await storedWords(opened.store, 'a', 1);
    const base = { profile_id: 'a', word_id: present(word).id, is_used: false, ref_voice_id: 'voice' };
    const long = {
      ...base,
      id: 'long',
      turns: [
        { speaker: 'A', text: huge },
        { speaker: huge, text: 'Hola' },
      ],
    };
    const many = { ...base, id: 'many', turns, generator: huge.slice(0, 3_000) };
    for (const document of [long, many]) await opened.older.write('dialogs', document);
    return { ...opened, word: present(word), long, many };
  }

  test('is a dialog with the turns that can be read, the first 50 of them', async () => {
    const { store, word } = await openWithHuge();
    const cut = `${'x'.repeat(199)}…`;
    const hola = { speaker: cut, text: 'Hola', translation: null, audio: null };
    const first50 = turns.slice(0, 50).map((turn) => ({ ...turn, translation: null, audio: null }));
    const { nodes } = await store.dialogPage('a', null, all);
    expect(nodes.map((dialog) => [dialog.id, dialog.turns, dialog.generator])).toEqual([
      ['long', [hola], 'unknown'],
      ['many', first50, cut],
    ]);
    const { histories } = await store.survey('a', [word.id]);
    expect(histories[0]?.recent.map((dialog) => dialog.turns.length).sort()).toEqual([1, 50]);
    expect(await store.unusedTotal('a')).toBe(2);
  });

  test('is voiced as far as it is read, is claimed, and keeps its other content', async () => {
    const { store, older, long, many } = await openWithHuge();
    const names = new Map([
      ['Hola', 'hola.mp3'],
      ['49', '49.mp3'],
      ['50', '50.mp3'],
      [huge, 'huge.mp3'],
    ]);
    expect(await store.saveRecordings('a', 'long', names)).toBe(1);
    expect(await store.saveRecordings('a', 'many', names)).toBe(1);
    expect(idsOf(await store.claimDialogs('a', 1, second(9), 'claim 1'))).toEqual(['long']);
    expect(idsOf(await store.claimDialogs('a', 1, second(9), 'claim 2', 'key'))).toEqual(['many']);
    const marks = { is_used: true, used_at: second(9).toISOString(), claim_token: expect.any(String) };
    expect(await older.read('dialogs', 'a', 'long')).toEqual({
      ...long,
      ...marks,
      is_voiced: true,
      turns: [long.turns[0], { ...long.turns[1], audio: 'hola.mp3' }],
    });
    const kept = present(await older.read('dialogs', 'a', 'many'));
    expect({ ...kept, turns: [] }).toEqual({ ...many, ...marks, is_voiced: false, turns: [] });
    expect(kept.turns).toEqual(
      turns.map((turn) => (turn.text === '49' ? { ...turn, audio: '49.mp3' } : turn)),
    );
  });

  test('is no word if its text is longer than a word, and nothing is paid for it', async () => {
    const { store, older } = await open();
    await store.createProfile(sampleProfile('a'));
    const word = { profile_id: 'a', translation: huge, state: 'teaching' };
    await older.write('words', { ...word, id: 'long', text: huge });
    await older.write('words', {
      ...word,
      id: 'short',
      text: 'x',
      created_at: `2025T${'T'.repeat(500_000)}`,
    });
    await older.write('words', { ...word, id: 'i'.repeat(251), text: 'x' });
    const shown = (await store.wordPage('a', null, all)).nodes;
    expect(idsOf(shown).map((id) => id.length)).toEqual([5, 251]);
    expect(shown[0]).toMatchObject({ translation: `${'x'.repeat(499)}…`, createdAt: new Date(0) });
    await store.setWordState('a', ['short'], 'learned');
    const generator = scriptedGenerator();
    const app = await openTestApp({ store, generator });
    expect(await app.pool.ensureDialogs('a', 1)).toMatchObject({ outcome: 'WORDS_EXHAUSTED', created: [] });
    expect(generator.asked).toEqual([]);
  });
});

test('a word keeps a history of three dialogs, however many it has', async () => {
  const { store } = await open();
  const word = present((await storedWords(store, 'a', 1))[0]);
  for (let number = 0; number < 6; number += 1) {
    await store.createDialog(sampleDialog(word, number, { createdAt: second(number) }));
    await store.claimDialogs('a', 1, second(9), `claim ${number}`);
  }
  const { histories } = await store.survey('a', [word.id]);
  expect(histories).toMatchObject([{ hasUnusedDialog: false, nextNumber: 6 }]);
  expect(idsOf(present(histories[0]).recent)).toEqual(
    [5, 4, 3].map((number) => `${word.id}.a1b2c3d4-${number}`),
  );
});
