import { expect } from 'vitest';
import { type Dialog, dialogId } from '../../src/model/dialog.ts';
import type { Profile } from '../../src/model/profile.ts';
import { type Word, wordId } from '../../src/model/word.ts';
import type { Store } from '../../src/ports/store.ts';
import type { NewTopUp } from '../../src/ports/top-ups.ts';

/** The date that is the given number of seconds after the date of the first sample. */
export function second(seconds: number): Date {
  return new Date(Date.UTC(2026, 0, 1) + seconds * 1000);
}

export function sampleProfile(id: string, change: Partial<Profile> = {}): Profile {
  return {
    id,
    ownerId: null,
    name: `Profile ${id}`,
    nativeLanguage: 'en',
    targetLanguage: 'es',
    level: 'B1',
    refVoiceId: 'voice-1',
    minDialogs: 12,
    autoTopUp: false,
    maxCallsPerDay: null,
    wordOrder: 'random',
    wordProgress: 'manual',
    createdAt: second(0),
    ...change,
  };
}

export function sampleWord(profileId: string, text: string, change: Partial<Word> = {}): Word {
  return {
    id: wordId(profileId, text),
    profileId,
    text,
    translation: `translation of ${text}`,
    state: 'teaching',
    memory: null,
    dialogSeries: 'a1b2c3d4',
    createdAt: second(0),
    ...change,
  };
}

/** The words `word 0`, `word 1` and so on, each created a second after the one before. */
export function sampleWords(profileId: string, count: number, change: Partial<Word> = {}): Word[] {
  return Array.from({ length: count }, (_, index) =>
    sampleWord(profileId, `word ${index}`, { createdAt: second(index), ...change }),
  );
}

/** The unused dialog that a top-up would create for a word with `number` earlier dialogs. */
export function sampleDialog(word: Word, number = 0, change: Partial<Dialog> = {}): Dialog {
  return {
    id: dialogId(word, number),
    profileId: word.profileId,
    wordId: word.id,
    turns: [
      { speaker: 'A', text: `¿${word.text}?`, translation: `A asks about ${word.text}.`, audio: null },
      { speaker: 'B', text: `¡${word.text}! 好 🙂`, translation: null, audio: 'b/1.mp3' },
    ],
    isUsed: false,
    usedAt: null,
    refVoiceId: 'voice-1',
    generator: 'sample/v1',
    style: null,
    selfCheck: null,
    trial: null,
    review: null,
    createdAt: word.createdAt,
    ...change,
  };
}

/** A top-up that has just begun. */
export function sampleTopUp(profileId: string, id: string, change: Partial<NewTopUp> = {}): NewTopUp {
  return {
    id,
    profileId,
    process: 'process 1',
    state: 'running',
    min: 12,
    unusedTotal: 3,
    createdIds: [],
    skipped: [],
    spend: { calls: 0, inputTokens: 0, outputTokens: 0 },
    outcome: null,
    cancelRequested: false,
    startedAt: second(0),
    endedAt: null,
    ...change,
  };
}

/** Stores a profile with words, and applies `change` to each of them. */
export async function storedWords(
  store: Store,
  profileId: string,
  count: number,
  change: Partial<Word> = {},
): Promise<Word[]> {
  await store.createProfile(sampleProfile(profileId));
  const { added } = await store.addWords(profileId, sampleWords(profileId, count, change));
  expect(added).toHaveLength(count);
  return added;
}

/** Stores a profile with words and an unused dialog for each. @returns the dialogs, oldest first */
export async function storedPool(store: Store, profileId: string, count: number): Promise<Dialog[]> {
  const words = await storedWords(store, profileId, count);
  const dialogs = words.map((word) => sampleDialog(word));
  for (const dialog of dialogs) expect(await store.createDialog(dialog)).toBe(true);
  return dialogs;
}

/** Fails the test if there is no value. */
export function present<Value>(value: Value | null | undefined): Value {
  if (value === null || value === undefined) throw new Error('nothing is there');
  return value;
}

export function idsOf(nodes: readonly { readonly id: string }[]): string[] {
  return nodes.map((node) => node.id);
}

/** Ids that nothing has. No store can keep some of them. */
export const HOSTILE_IDS = [
  '',
  ' ',
  '.',
  '..',
  '/',
  '\\',
  '?',
  '#',
  '%',
  '%2F',
  '*',
  '"',
  "' OR 1=1 --",
  '[]',
  '{"id":1}',
  'null',
  '__proto__',
  'constructor',
  '\n',
  '\0',
  'a\0b',
  '\ufffd',
  '\ud800',
  'a\udfffb',
  '🙂',
  'x'.repeat(300),
  '界'.repeat(20_000),
];

/** Ids that other writers may use, in many scripts. */
export const FOREIGN_IDS = [
  'Ana_1.x-y',
  'ana_1.x-y',
  'учень',
  '学習者',
  'دارس',
  'שלום',
  'ผู้เรียน',
  'élève',
  'e\u0301le\u0300ve',
  '🙂🇪🇸',
  'two words',
  "O'Brien",
  '"quoted"',
  'a+b=c&d;e,f',
  '100%25',
  'x'.repeat(128),
];
