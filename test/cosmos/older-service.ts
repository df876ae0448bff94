import type { Database } from '@azure/cosmos';
import type { Dialog } from '../../src/model/dialog.ts';
import type { Profile } from '../../src/model/profile.ts';
import type { Word } from '../../src/model/word.ts';
import type { ForeignWriter } from '../contract/foreign-contract.ts';

/** A document without the fields that the service adds. */
export type Fields = Record<string, unknown> & { id: string };

/** Writes and reads documents as the older service did: with further fields, and dates in Python's format. */
export class OlderService implements ForeignWriter {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async profile({ id, ...profile }: Profile): Promise<void> {
    await this.write('profiles', {
      id,
      name: profile.name,
      native_language: profile.nativeLanguage,
      target_language: profile.targetLanguage,
      level: profile.level,
      ref_voice_id: profile.refVoiceId,
      min_dialogs: profile.minDialogs,
      created_at: pythonDate(profile.createdAt),
      settings: { theme: 'dark', reminders: [8, 20] },
    });
  }

  async word(word: Word): Promise<void> {
    await this.write('words', {
      id: word.id,
      profile_id: word.profileId,
      text: word.text,
      translation: word.translation,
      state: word.state,
      created_at: pythonDate(word.createdAt),
      tags: ['imported'],
    });
  }

  async dialog(dialog: Dialog): Promise<void> {
    await this.write('dialogs', {
      id: dialog.id,
      profile_id: dialog.profileId,
      word_id: dialog.wordId,
      is_used: dialog.isUsed,
      used_at: dialog.usedAt && pythonDate(dialog.usedAt),
      ref_voice_id: dialog.refVoiceId,
      turns: dialog.turns.map((turn) => ({ ...turn, duration: 1.5 })),
      generator: dialog.generator,
      created_at: pythonDate(dialog.createdAt),
      cost: { tokens: 120 },
    });
  }

  async rubbish(profile_id: string): Promise<void> {
    const word = { profile_id, text: 'casa', translation: null, state: 'teaching' };
    for (const [index, change] of [
      { state: 'archived' },
      { state: null },
      { state: 7 },
      { text: null },
      { text: 5 },
      { text: 'x'.repeat(401) },
      { text: 'x'.repeat(1_000_000) },
      { text: undefined },
      { state: undefined },
    ].entries())
      await this.write('words', { id: `rubbish-${index}`, ...word, ...change });
    const dialog = { profile_id, word_id: 'casa', is_used: false, turns: [], generator: 'x' };
    for (const [index, change] of [
      { is_used: 'no' },
      { is_used: null },
      { is_used: undefined },
      { is_used: 0 },
      { word_id: null },
      { word_id: undefined },
      { word_id: 12 },
    ].entries())
      await this.write('dialogs', { id: `rubbish-${index}`, ...dialog, ...change });
    const topUp = { profile_id, place: '2099', state: 'running' };
    for (const [index, change] of [
      { state: 'asleep' },
      { state: undefined },
      { place: undefined },
      { place: 7 },
    ].entries())
      await this.write('top_ups', { id: `rubbish-${index}`, ...topUp, ...change });
  }

  /** Writes a document as it is. */
  async write(container: string, fields: Fields): Promise<void> {
    await this.#database.container(container).items.create(fields);
  }

  /** Changes fields of a document. Tries again if another writer changes it at the same time. */
  async change(container: string, partition: string, id: string, change: object): Promise<void> {
    const item = this.#database.container(container).item(id, partition);
    for (;;) {
      const { resource } = await item.read<Fields>();
      const accessCondition = { type: 'IfMatch', condition: String(resource?._etag) };
      try {
        await item.replace({ ...resource, ...change }, { accessCondition });
        return;
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 412)) throw error;
      }
    }
  }

  /** Reads a document, without the fields that the service adds. */
  async read(container: string, partition: string, id: string): Promise<Fields | null> {
    const { resource } = await this.#database.container(container).item(id, partition).read<Fields>();
    if (!resource) return null;
    const { _rid, _self, _etag, _ts, _attachments, ...fields } = resource;
    return fields;
  }
}

/** A date in the format of Python's `datetime.isoformat`, with microseconds. */
function pythonDate(date: Date): string {
  return date.toISOString().replace('Z', '000+00:00');
}
