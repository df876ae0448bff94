import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { openAudioFolder } from '../../src/adapters/audio-folder/audio-folder.ts';
import { createSpeech } from '../../src/adapters/speech/speech.ts';
import { systemClock } from '../../src/adapters/system/system-clock.ts';
import type { AudioStorage } from '../../src/ports/audio-storage.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Events } from '../../src/ports/events.ts';
import type { Store } from '../../src/ports/store.ts';
import { createVoicing } from '../../src/voicing/voicing.ts';
import { graphql } from '../generated/index.ts';
import { createCourse } from '../support/course.ts';
import { HastyClock } from '../support/hasty-clock.ts';
import { memoryLog } from '../support/memory-log.ts';
import { NEVER } from '../support/never.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { openTestApp, type TestApp, tempSqliteStore } from '../support/test-app.ts';
import type { SpeechServer } from './speech-server.ts';
import { talkGenerator } from './talk-generator.ts';

const Ensure = graphql(`
  mutation EnsureVoiced($id: ID!, $min: Int) {
    ensureDialogs(profileId: $id, min: $min) { outcome unusedTotal created { id turns { audioUrl } } }
  }
`);

const Voice = graphql(`
  mutation VoiceDialogs($id: ID!) {
    voiceDialogs(profileId: $id) { voiced silent }
  }
`);

const Pool = graphql(`
  query VoicedPool($id: ID!) {
    profile(id: $id) {
      pool { unusedTotal voicedTotal }
      dialogs(first: 100) { edges { node { id refVoiceId isUsed turns { text audioUrl } } } }
    }
  }
`);

export const KEY = 'sk-speech-5f1c0a7e9b24';

interface VoicedAppOptions {
  readonly store?: Store;
  readonly audio?: AudioStorage;
  readonly model?: string;
  readonly concurrency?: number;
  readonly timeoutMs?: number;
  readonly publicUrl?: string;
  readonly clock?: Clock;
  /** Ends the calls of the speech service. */
  readonly giveUp?: AbortSignal;
}

/** An app with a voice. Its dialogs are those of `talkGenerator`. */
export interface VoicedApp extends Omit<TestApp, 'pool'> {
  readonly audio: AudioStorage;
  /** Adds a profile with this many teaching words (`teaching 0`, `teaching 1`, …) and a reference voice. */
  addProfile(id: string, words: number, refVoiceId: string | null): Promise<void>;
  ensure(id: string, min?: number): Promise<{ outcome: string; unusedTotal: number; createdIds: string[] }>;
  voice(id: string): Promise<{ voiced: number; silent: number }>;
  pool(id: string): Promise<{ unusedTotal: number; voicedTotal: number; dialogs: VoicedDialog[] }>;
  /** Resolves when this many unused dialogs of the profile have a recording for every turn. */
  untilVoiced(id: string, dialogs: number): Promise<void>;
}

interface VoicedDialog {
  readonly id: string;
  readonly refVoiceId?: string | null;
  readonly isUsed: boolean;
  readonly turns: readonly { readonly text: string; readonly audioUrl?: string | null }[];
}

/** Opens an app on a store and a folder of its own, or on those given. Its voicing ends with the test. */
export async function openVoicedApp(
  server: SpeechServer,
  options: VoicedAppOptions = {},
): Promise<VoicedApp> {
  const {
    model = 'voice-1',
    concurrency = 4,
    timeoutMs = 20_000,
    publicUrl = null,
    clock = systemClock,
    giveUp = NEVER,
  } = options;
  const store = options.store ?? (await tempSqliteStore());
  const audio = options.audio ?? (await openAudioFolder(join(await tempFolder(), 'audio')));
  const log = memoryLog();
  const { random } = Math;
  const voice = createSpeech(
    { baseUrl: server.baseUrl, apiKey: KEY, model, concurrency, timeoutMs },
    { clock: new HastyClock(), random, giveUp },
  );
  const openVoicing = (events: Events) => {
    const tools = { store, voice, audio, clock, newId: randomUUID, log, random };
    const voicing = createVoicing({ ...tools, events });
    onTestFinished(() => voicing.finish());
    return voicing;
  };
  const app = await openTestApp({ store, generator: talkGenerator, log, openVoicing, audio, publicUrl });

  async function pool(id: string) {
    const { profile } = await app.ask(Pool, { id });
    if (!profile) throw new Error('there is no such profile');
    return { ...profile.pool, dialogs: profile.dialogs.edges.map(({ node }) => node) };
  }

  return {
    ...app,
    audio,
    async addProfile(id, words, refVoiceId) {
      await createCourse(store, { id, teaching: words });
      await store.updateProfile(id, { refVoiceId });
    },
    async ensure(id, min) {
      const { ensureDialogs } = await app.ask(Ensure, { id, ...(min !== undefined && { min }) });
      return { ...ensureDialogs, createdIds: ensureDialogs.created.map((dialog) => dialog.id) };
    },
    async voice(id) {
      return (await app.ask(Voice, { id })).voiceDialogs;
    },
    pool,
    async untilVoiced(id, dialogs) {
      while ((await pool(id)).voicedTotal < dialogs) await pause(20);
    },
  };
}
