import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { promptId } from '../../src/adapters/cosmos/documents/prompt-document.ts';
import { ProfileAlreadyExists, ProfileNotFound } from '../../src/model/errors.ts';
import type { Position } from '../../src/model/page.ts';
import type { Word } from '../../src/model/word.ts';
import { samplePromptState } from '../contract/prompt-samples.ts';
import { idsOf, present, sampleDialog, sampleProfile, sampleWord, second } from '../contract/samples.ts';
import { type Emulator, startEmulator } from '../emulators/cosmos-emulator.ts';
import { type Fields, OlderService } from './older-service.ts';
import { openedCosmosStore } from './opened-cosmos-store.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

async function open() {
  const opened = await openedCosmosStore(emulator);
  onTestFinished(() => opened.dispose());
  return { store: opened.store, older: new OlderService(opened.database) };
}

const START = { start: '', after: null, wrapped: false };

describe('documents as the older service wrote them', () => {
  const profile: Fields = {
    id: 'ana',
    name: 'Ana',
    native_language: 'en',
    target_language: 'es',
    level: 'A2',
    ref_voice_id: 'voice-7',
    min_dialogs: 5,
    created_at: '2023-04-05T06:07:08.123456+00:00',
    streak: 12,
    settings: { theme: 'dark' },
  };
  const word: Fields = {
    id: 'word-1',
    profile_id: 'ana',
    text: 'la mañana',
    translation: 'the morning',
    state: 'teaching',
    created_at: '2023-04-05T06:07:09+00:00',
    frequency: 0.7,
    tags: ['time', { source: 'import' }],
  };
  const dialog: Fields = {
    id: '5f2b',
    profile_id: 'ana',
    word_id: 'word-1',
    is_used: false,
    used_at: null,
    ref_voice_id: 'voice-7',
    turns: [
      { speaker: 'A', text: '¿Por la mañana?', translation: 'In the morning?', emotion: 'curious' },
      { speaker: 'B', text: 'Sí.', translation: 'Yes.', audio: '5f2b/1.mp3' },
    ],
    generator: 'deepseek-chat',
    created_at: '2023-04-05T06:07:10Z',
    prompt_version: 3,
  };

  async function openWithTheirs() {
    const opened = await open();
    await opened.older.write('profiles', profile);
    await opened.older.write('words', word);
    await opened.older.write('dialogs', dialog);
    return opened;
  }

  test('are read', async () => {
    const { store } = await openWithTheirs();
    expect(await store.profiles(['ana'])).toEqual([
      {
        id: 'ana',
        ownerId: null,
        name: 'Ana',
        nativeLanguage: 'en',
        targetLanguage: 'es',
        level: 'A2',
        refVoiceId: 'voice-7',
        minDialogs: 5,
        autoTopUp: false,
        maxCallsPerDay: null,
        wordOrder: 'random',
        wordProgress: 'manual',
        createdAt: new Date('2023-04-05T06:07:08.123Z'),
      },
    ]);
    expect(await store.words([{ profileId: 'ana', wordId: 'word-1' }])).toEqual([
      {
        id: 'word-1',
        profileId: 'ana',
        text: 'la mañana',
        translation: 'the morning',
        state: 'teaching',
        memory: null,
        dialogSeries: null,
        createdAt: new Date('2023-04-05T06:07:09Z'),
      },
    ]);
    expect(await store.unusedDialogs([{ profileId: 'ana', wordId: 'word-1' }])).toEqual([
      {
        id: '5f2b',
        profileId: 'ana',
        wordId: 'word-1',
        turns: [
          { speaker: 'A', text: '¿Por la mañana?', translation: 'In the morning?', audio: null },
          { speaker: 'B', text: 'Sí.', translation: 'Yes.', audio: '5f2b/1.mp3' },
        ],
        isUsed: false,
        usedAt: null,
        refVoiceId: 'voice-7',
        generator: 'deepseek-chat',
        style: null,
        selfCheck: null,
        trial: null,
        review: null,
        createdAt: new Date('2023-04-05T06:07:10Z'),
      },
    ]);
  });

  test('keep every field that a write does not name', async () => {
    const { store, older } = await openWithTheirs();
    await store.updateProfile('ana', { name: 'Ana María', level: null });
    expect(await older.read('profiles', 'ana', 'ana')).toEqual({
      ...profile,
      name: 'Ana María',
      level: null,
    });
    await store.setWordState('ana', ['word-1'], 'learned');
    expect(await older.read('words', 'ana', 'word-1')).toEqual({ ...word, state: 'learned' });
    await store.claimDialogs('ana', 1, second(5), 'claim-1');
    expect(await older.read('dialogs', 'ana', '5f2b')).toEqual({
      ...dialog,
      is_used: true,
      used_at: second(5).toISOString(),
      claim_token: 'claim-1',
    });
    await older.write('dialogs', { ...dialog, id: 'other' });
    await store.markDialogUsed('ana', 'other', second(6));
    expect(await older.read('dialogs', 'ana', 'other')).toEqual({
      ...dialog,
      id: 'other',
      is_used: true,
      used_at: second(6).toISOString(),
    });
  });

  test('keep what another writer changes at the same time', async () => {
    const { store, older } = await openWithTheirs();
    await Promise.all([
      store.updateProfile('ana', { name: 'new' }),
      older.change('profiles', 'ana', 'ana', { streak: 13 }),
      store.updateProfile('ana', { level: 'C1' }),
      older.change('profiles', 'ana', 'ana', { settings: { theme: 'light' } }),
    ]);
    expect(await older.read('profiles', 'ana', 'ana')).toEqual({
      ...profile,
      name: 'new',
      level: 'C1',
      streak: 13,
      settings: { theme: 'light' },
    });
  });

  test('may lack every field that is not essential', async () => {
    const { store, older } = await open();
    const bare = { id: 'b', name: 'B', native_language: 'en', target_language: 'fr' };
    await older.write('profiles', bare);
    await older.write('words', { id: 'w', profile_id: 'b', text: 'oui', state: 'pending' });
    await older.write('dialogs', { id: 'd', profile_id: 'b', word_id: 'w', is_used: false });
    const unknown = new Date(0);
    expect(await store.profiles(['b'])).toEqual([
      {
        ...sampleProfile('b', { name: 'B', targetLanguage: 'fr' }),
        level: null,
        refVoiceId: null,
        createdAt: unknown,
      },
    ]);
    expect((await store.profilePage({ first: 9, after: null })).nodes).toHaveLength(1);
    expect((await store.wordPage('b', null, { first: 9, after: null })).nodes).toEqual([
      {
        id: 'w',
        profileId: 'b',
        text: 'oui',
        translation: null,
        state: 'pending',
        memory: null,
        dialogSeries: null,
        createdAt: unknown,
      },
    ]);
    const dialog = {
      id: 'd',
      profileId: 'b',
      wordId: 'w',
      turns: [],
      isUsed: false,
      usedAt: null,
      refVoiceId: null,
      generator: 'unknown',
      style: null,
      selfCheck: null,
      trial: null,
      review: null,
      createdAt: unknown,
    };
    expect(await store.dialogs([{ profileId: 'b', dialogId: 'd' }])).toEqual([dialog]);
    expect(await store.claimDialogs('b', 5, second(1), 'claim')).toEqual([
      { ...dialog, isUsed: true, usedAt: second(1) },
    ]);
    expect(idsOf((await store.drawWords('b', 'pending', START, 5)).words)).toEqual(['w']);
    expect(await store.setWordState('b', ['w'], 'teaching')).toMatchObject([{ id: 'w', state: 'teaching' }]);
    expect(await older.read('words', 'b', 'w')).toEqual({
      id: 'w',
      profile_id: 'b',
      text: 'oui',
      state: 'teaching',
    });
  });

  test('are read if fields hold invalid values', async () => {
    const { store, older } = await open();
    await older.write('profiles', {
      ...profile,
      level: 'Z9',
      ref_voice_id: 4,
      min_dialogs: -3,
      auto_top_up: 'yes',
      max_calls_per_day: -3,
      created_at: 'once upon a time',
    });
    expect(await store.profiles(['ana'])).toMatchObject([
      {
        level: null,
        refVoiceId: null,
        minDialogs: 12,
        autoTopUp: false,
        maxCallsPerDay: 0,
        createdAt: new Date(0),
      },
    ]);
    await older.write('dialogs', {
      ...dialog,
      used_at: 'never',
      generator: null,
      turns: [null, 'hello', { text: 'Sí.', translation: 5, speaker: null }, { speaker: 'B' }],
    });
    expect(await store.dialogs([{ profileId: 'ana', dialogId: '5f2b' }])).toMatchObject([
      {
        usedAt: null,
        generator: 'unknown',
        turns: [{ speaker: '', text: 'Sí.', translation: null, audio: null }],
      },
    ]);
  });

  test.each([
    ['native_language', 36],
    ['target_language', 36],
    ['target_language', 1_000_000],
  ])('whose %s has %i characters are no profiles, and stay as they are', async (field, length) => {
    const { store, older } = await open();
    const tag = `de-x-${'a'.repeat(length - 5)}`;
    await older.write('profiles', { ...profile, id: 'bea', [field]: tag.slice(0, 35) });
    await older.write('profiles', { ...profile, [field]: tag });
    await older.write('words', word);
    const all = { first: 9, after: null };
    expect(await store.profiles(['ana'])).toEqual([null]);
    expect(await store.profilePage({ first: 1, after: null })).toMatchObject({
      nodes: [{ id: 'bea' }],
      hasNextPage: false,
    });
    expect(idsOf((await store.profilePage(all)).nodes)).toEqual(['bea']);
    await expect(store.updateProfile('ana', { name: 'Bo' })).rejects.toThrow(ProfileNotFound);
    await expect(store.addWords('ana', [sampleWord('ana', 'casa')])).rejects.toThrow(ProfileNotFound);
    await expect(store.deleteProfile('ana')).rejects.toThrow(ProfileNotFound);
    await expect(store.createProfile(sampleProfile('ana'))).rejects.toThrow(ProfileAlreadyExists);
    expect(await older.read('profiles', 'ana', 'ana')).toEqual({ ...profile, [field]: tag });
  });

  test('are read up to limits, however long their texts are', async () => {
    const { store, older } = await open();
    const long = 'x'.repeat(100_000);
    const cut = (length: number) => `${'x'.repeat(length - 1)}…`;
    await older.write('profiles', { ...profile, name: long, ref_voice_id: long });
    expect(await store.profiles(['ana'])).toMatchObject([{ name: cut(200), refVoiceId: null }]);
    await older.write('words', { ...word, translation: long });
    const key = { profileId: 'ana', wordId: 'word-1' };
    expect(await store.words([key])).toMatchObject([{ text: word.text, translation: cut(500) }]);
    await store.setWordState('ana', ['word-1'], 'pending');
    expect(await older.read('words', 'ana', 'word-1')).toMatchObject({ translation: long });

    const turns = [
      { speaker: long, text: 'Sí.', translation: long, audio: long },
      { speaker: 'A', text: long },
      ...Array.from({ length: 1_000 }, (_, index) => ({ speaker: 'B', text: `${index}` })),
    ];
    await older.write('dialogs', { ...dialog, generator: long, turns });
    const [read] = await store.unusedDialogs([key]);
    expect(read).toMatchObject({ generator: cut(200) });
    expect(read?.turns).toHaveLength(49);
    expect(read?.turns[0]).toEqual({ speaker: cut(200), text: 'Sí.', translation: null, audio: null });
    const names = new Map(read?.turns.map((turn) => [turn.text, 'sound.mp3']));
    expect(await store.saveRecordings('ana', '5f2b', names)).toBe(49);
    expect(await store.voicedTotals(['ana'])).toEqual([1]);
    const stored = await older.read('dialogs', 'ana', '5f2b');
    expect(stored?.turns).toHaveLength(1_002);

    await older.write('dialogs', { ...dialog, id: 'other', ref_voice_id: long });
    const silent = await store.silentDialogPage('ana', { first: 9, after: null });
    expect(silent.nodes).toEqual([]);
    expect(await store.dialogs([{ profileId: 'ana', dialogId: 'other' }])).toMatchObject([
      { refVoiceId: null },
    ]);
  });

  test('with as many characters as the API allows are read completely', async () => {
    const { store, older } = await open();
    const [text, translation] = ['🙂'.repeat(200), '🙂'.repeat(500)];
    await older.write('profiles', { ...profile, name: text, ref_voice_id: text });
    expect(await store.profiles(['ana'])).toMatchObject([{ name: text, refVoiceId: text }]);
    await older.write('words', { ...word, text, translation });
    expect((await store.wordPage('ana', null, { first: 9, after: null })).nodes).toMatchObject([
      { text, translation },
    ]);
  });

  test('with an unknown state are not shown, changed, removed or drawn, and fill no places of a page', async () => {
    const { store, older } = await open();
    await store.createProfile(sampleProfile('a'));
    const ours = ['one', 'two', 'three'].map((text) => sampleWord('a', text));
    await store.addWords('a', ours);
    const archived: Fields[] = Array.from({ length: 6 }, (_, index) => ({
      id: `${index}-archived`,
      profile_id: 'a',
      text: `archived ${index}`,
      state: 'archived',
      created_at: second(index - 3).toISOString(),
    }));
    for (const document of archived) await older.write('words', document);

    const { nodes, hasNextPage } = await store.wordPage('a', null, { first: 3, after: null });
    expect(idsOf(nodes).sort()).toEqual(idsOf(ours).sort());
    expect(hasNextPage).toBe(false);
    const [strange] = idsOf(archived);
    expect(await store.words([{ profileId: 'a', wordId: present(strange) }])).toEqual([null]);
    expect(await store.removeWords('a', idsOf(archived))).toEqual([]);
    await expect(store.setWordState('a', [present(strange)], 'pending')).rejects.toThrow(present(strange));
    for (const state of ['teaching', 'pending'] as const)
      expect(idsOf((await store.drawWords('a', state, START, 20)).words)).not.toContain(strange);
    for (const document of archived) expect(await older.read('words', 'a', document.id)).toEqual(document);
  });

  test('are all known if they are more than a page of results', async () => {
    const { store, older } = await open();
    await store.createProfile(sampleProfile('a'));
    const texts = Array.from({ length: 1040 }, (_, index) => `palabra ${index}`);
    for (let index = 0; index < texts.length; index += 40)
      await Promise.all(
        texts
          .slice(index, index + 40)
          .map((text) =>
            older.write('words', { id: `id of ${text}`, profile_id: 'a', text, state: 'learned' }),
          ),
      );
    const again = [...texts, 'nueva'].map((text) => sampleWord('a', text.toUpperCase())).slice(-1000);
    const { added, existing } = await store.addWords('a', again);
    expect(added.map(({ text }) => text)).toEqual(['NUEVA']);
    expect(existing.map(({ text }) => text)).toEqual(texts.slice(-999));
    await store.deleteProfile('a');
    expect(await older.read('words', 'a', 'id of palabra 1039')).toBeNull();
    expect(await store.wordCounts(['a'])).toEqual([{ pending: 0, teaching: 0, learned: 0 }]);
  });

  test('without a date come after those with one, and pages show each exactly once', async () => {
    const { store, older } = await open();
    await older.write('profiles', profile);
    const dates = [
      '2023-01-01T00:00:00Z',
      '2023-01-01T00:00:00Z',
      '2023-01-01T00:00:00+00:00',
      '2023-01-01T00:00:00.000Z',
      '2023-01-01T00:00:00.000001+00:00',
      '2023-01-01T00:00:00.999999',
      '2023-01-01 00:00:01',
      '2023-01-01T00:00:01.5Z',
      'some day',
      '',
      undefined,
      undefined,
      undefined,
      null,
      1_700_000_000,
    ];
    for (const [index, created_at] of dates.entries())
      await older.write('words', {
        id: `w${index}`,
        profile_id: 'ana',
        text: `word ${index}`,
        state: 'learned',
        ...(created_at !== undefined && { created_at }),
      });
    const whole = (await store.wordPage('ana', null, { first: 100, after: null })).nodes;
    expect(idsOf(whole).sort()).toEqual(dates.map((_, index) => `w${index}`).sort());
    expect(idsOf(whole).slice(-5).sort()).toEqual(['w10', 'w11', 'w12', 'w13', 'w14']);
    for (const first of [1, 2, 3, 5, 14, 15]) {
      const seen: Word[] = [];
      for (let after: Position | null = null; ; ) {
        const { nodes, hasNextPage } = await store.wordPage('ana', null, { first, after });
        seen.push(...nodes);
        if (!hasNextPage) break;
        const last = present(nodes.at(-1));
        after = { createdAt: last.createdAt, id: last.id };
      }
      expect(seen, `by ${first}`).toEqual(whole);
    }
  });
});

describe('documents of this service', () => {
  test('with the state of a prompt are not replaced if they cannot be read, and keep fields that a write does not name', async () => {
    const { store, older } = await open();
    const state = samplePromptState();
    await store.editPromptState('model', () => state);
    const id = promptId('model');
    const { champions, trials } = present(await older.read('leases', id, id));
    const unreadable = { code: 'STORE_UNAVAILABLE', retryable: false };
    for (const change of [
      { champions: [] },
      { champions: 'none' },
      { trials: [{}] },
      { champions: Array(201).fill({ number: 1, at: '2026-01-01', cause: 'first', champion: 'model/v1' }) },
    ]) {
      await older.change('leases', id, id, { ...change, note: 'kept' });
      await expect(store.promptState('model')).rejects.toMatchObject(unreadable);
      await expect(store.editPromptState('model', () => state)).rejects.toMatchObject(unreadable);
    }
    await older.change('leases', id, id, { champions, trials });
    expect(await store.promptState('model')).toEqual(state);
    expect(await store.editPromptState('model', () => state)).toEqual(state);
    expect(await store.promptState('model')).toEqual(state);
    expect(await older.read('leases', id, id)).toMatchObject({ note: 'kept', model: 'model' });
  });

  test('have the fields of the older service, and a token', async () => {
    const { store, older } = await open();
    const profile = sampleProfile('a', { level: null });
    const word = sampleWord('a', 'casa');
    const dialog = sampleDialog(word);
    await store.createProfile(profile);
    await store.addWords('a', [word]);
    await store.createDialog(dialog);
    const create_token = expect.any(String);
    expect(await older.read('profiles', 'a', 'a')).toEqual({
      id: 'a',
      name: 'Profile a',
      native_language: 'en',
      target_language: 'es',
      level: null,
      ref_voice_id: 'voice-1',
      min_dialogs: 12,
      auto_top_up: false,
      max_calls_per_day: null,
      word_order: 'random',
      word_progress: 'manual',
      owner_id: null,
      created_at: '2026-01-01T00:00:00.000Z',
      create_token,
    });
    expect(await older.read('words', 'a', word.id)).toEqual({
      id: word.id,
      profile_id: 'a',
      text: 'casa',
      translation: 'translation of casa',
      state: 'teaching',
      dialog_series: 'a1b2c3d4',
      created_at: '2026-01-01T00:00:00.000Z',
      create_token,
    });
    expect(await older.read('dialogs', 'a', dialog.id)).toEqual({
      id: `${word.id}.a1b2c3d4-0`,
      profile_id: 'a',
      word_id: word.id,
      is_used: false,
      used_at: null,
      ref_voice_id: 'voice-1',
      turns: [
        { speaker: 'A', text: '¿casa?', translation: 'A asks about casa.' },
        { speaker: 'B', text: '¡casa! 好 🙂', translation: null, audio: 'b/1.mp3' },
      ],
      generator: 'sample/v1',
      created_at: '2026-01-01T00:00:00.000Z',
      is_voiced: false,
      create_token,
    });
  });
});
