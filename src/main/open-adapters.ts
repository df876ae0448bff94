import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { openAudioFolder } from '../adapters/audio-folder/audio-folder.ts';
import type { PrometheusMeter } from '../adapters/prometheus/prometheus-meter.ts';
import { openSqliteStore } from '../adapters/sqlite/sqlite-store.ts';
import { systemClock as clock } from '../adapters/system/system-clock.ts';
import { templateGenerator } from '../adapters/template/generator.ts';
import type { Tracing } from '../adapters/tracing/tracing.ts';
import type { Config } from '../config.ts';
import { CannotStart } from '../model/errors.ts';
import { type AudioStorage, AudioStorageFailed } from '../ports/audio-storage.ts';
import type { DialogGenerator } from '../ports/generator.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import { wrappedStore } from '../ports/store-calls.ts';
import type { Voice } from '../ports/voice.ts';

/* Each function loads only the modules that the configuration needs: clients of services are large. */

/** @throws {CannotStart | StoreUnavailable} if the store cannot be used */
export async function openStore(
  { cosmos, dataDir }: Config,
  log: Log,
  tracing: Tracing,
  meter: PrometheusMeter,
): Promise<Store> {
  const { calls, charged } = meter.store;
  if (!cosmos) {
    const store = await openSqliteStore({ path: join(dataDir, 'dialog-pool.sqlite') });
    return wrappedStore(store, [tracing.storeCalls('sqlite'), calls]);
  }
  const { openCosmosStore } = await import('../adapters/cosmos/cosmos-store.ts');
  const store = await openCosmosStore({
    ...cosmos,
    log,
    newId: randomUUID,
    random: Math.random,
    onCost: ({ operation }, cost) => charged(operation, cost),
  });
  return wrappedStore(store, [tracing.storeCalls('azure.cosmosdb'), calls]);
}

/** @param giveUp ends the calls of the model, which may have been paid for */
export async function openGenerator(
  { llm }: Config,
  log: Log,
  giveUp: AbortSignal,
  tracing: Tracing,
): Promise<DialogGenerator> {
  if (!llm) return templateGenerator();
  const { llmGenerator } = await import('../adapters/llm/generator.ts');
  return tracing.generator(llmGenerator(llm, { clock, log, giveUp }), llm);
}

/** @param giveUp ends the calls of the speech service, which may have been paid for */
export async function openVoice(
  { tts }: Config,
  giveUp: AbortSignal,
  tracing: Tracing,
  meter: PrometheusMeter,
): Promise<Voice | null> {
  if (!tts) return null;
  const { createSpeech } = await import('../adapters/speech/speech.ts');
  return tracing.voice(meter.voice(createSpeech(tts, { clock, random: Math.random, giveUp })), tts);
}

/**
 * Opens the place of recordings; null if none are made and no folder of this process could hold earlier ones.
 * @throws {CannotStart} if it cannot be read, or recordings are to be made and it cannot be written
 */
export async function openAudio({ blobs, tts, cosmos, dataDir }: Config): Promise<AudioStorage | null> {
  if (blobs) {
    const { openAudioBlobs } = await import('../adapters/audio-blob/audio-blob.ts');
    return openAudioBlobs(blobs);
  }
  if (!tts && cosmos) return null;
  const folder = join(dataDir, 'audio');
  const audio = await openAudioFolder(folder);
  if (tts) {
    await audio.checkWritable().catch((error) => {
      const reason = error instanceof AudioStorageFailed ? error.message : error;
      throw new CannotStart(`Recordings cannot be kept in the folder ${folder}: ${reason}.`, {
        cause: error,
      });
    });
  }
  return audio;
}
