import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';
import { pino } from 'pino';
import { openAudioFolder } from './adapters/audio-folder/audio-folder.ts';
import { prometheusMeter } from './adapters/prometheus/prometheus-meter.ts';
import { openSqliteStore } from './adapters/sqlite/sqlite-store.ts';
import { createFolder } from './adapters/system/create-folder.ts';
import { watchParent } from './adapters/system/parent-process.ts';
import { systemClock as clock } from './adapters/system/system-clock.ts';
import { templateGenerator } from './adapters/template/generator.ts';
import { type Config, readConfig } from './config.ts';
import { seedDemo } from './demo/seed-demo.ts';
import { createApp } from './http/app.ts';
import { guardHost } from './http/limits/host-guard.ts';
import { serve } from './http/serve.ts';
import { CannotStart, StoreUnavailable } from './model/errors.ts';
import { createPool } from './pool/pool.ts';
import type { AudioStorage } from './ports/audio-storage.ts';
import type { DialogGenerator } from './ports/generator.ts';
import type { Log } from './ports/log.ts';
import type { Store } from './ports/store.ts';
import type { Voice } from './ports/voice.ts';
import { createProfileService } from './profiles/profile-service.ts';
import { createVoicing } from './voicing/voicing.ts';
import { createWordService } from './words/word-service.ts';

const newId = randomUUID;
const { random } = Math;

/** How long running requests and top-ups may go on after SIGTERM; platforms kill after 30 seconds. */
const SHUTDOWN_LIMIT_MS = 25_000;
/** After so long of it, top-ups begin no further word: those under way must be paid for and stored in the rest. */
const TOP_UP_GRACE_MS = 5_000;
/** How long the end waits for the log to be written. */
const LOG_LIMIT_MS = 1_000;

async function start(): Promise<void> {
  const config = readConfig(process.env);
  if (!config.cosmos || (config.tts && !config.blobs)) await createDataFolder(config.dataDir);
  const output = pino.destination({ dest: 1, sync: false });
  // A log that has lost its reader, or its disk is full, does not end the server.
  output.on('error', () => undefined);
  const log = pino({ level: config.logLevel }, output);
  const store = await openStore(config, log);
  const generator = await openGenerator(config, log);
  if (config.demo) await seedDemo(store, templateGenerator(), clock);
  const meter = prometheusMeter();
  const prices = config.llm?.prices ?? null;
  const audio = await openAudio(config);
  if (config.cosmos && config.tts && !config.blobs) {
    log.warn(
      { folder: join(config.dataDir, 'audio') },
      'recordings are kept in a folder of this process: others on the same Cosmos DB cannot serve them; Azure Blob Storage is shared',
    );
  }
  const voice = await openVoice(config);
  const voicing = voice && audio && createVoicing({ store, voice, audio, clock, log, newId, random });
  const pool = createPool({ store, generator, clock, log, meter, prices, newId, random, voicing });

  let accepting = true;
  const app = createApp({
    services: {
      store,
      clock,
      pool,
      profiles: createProfileService({ store, clock, newId }),
      words: createWordService({ store, clock }),
    },
    log,
    corsOrigins: config.corsOrigins,
    metrics: meter.report,
    audio,
    publicUrl: config.publicUrl,
    storeCharges: config.cosmos !== null,
    accepting: () => accepting,
  });
  const server = await serve(guardHost(app, config), config.host, config.port);

  const stop = async (reason: string): Promise<void> => {
    if (!accepting) return;
    accepting = false;
    log.info({ reason }, 'stopping: finishing what is running');
    const finished = Promise.all([server.stop(), pool.finish(TOP_UP_GRACE_MS), voicing?.finish()]).then(
      () => true,
    );
    if (!(await Promise.race([finished, pause(SHUTDOWN_LIMIT_MS, false)]))) {
      log.warn({ limitMs: SHUTDOWN_LIMIT_MS }, 'stopped in the middle of requests that took too long');
    }
    await store.close();
    log.info({}, 'stopped');
    output.end();
    await Promise.race([once(output, 'close').catch(() => undefined), pause(LOG_LIMIT_MS)]);
    // What could not be written would be tried again at the exit, for ever.
    output.destroy();
    process.exit(0);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  // A signal to npm ends npm and its shell, which do not pass it on.
  if (process.env.npm_lifecycle_event === 'start') watchParent(() => stop('npm has ended'));
  log.info(
    { generator: generator.name, voice: voice?.model ?? null, store: config.cosmos ? 'cosmos' : 'sqlite' },
    `GraphiQL is at ${server.url}/graphql`,
  );
}

/** The embedded store, or recordings that are not kept in Azure Blob Storage, need it. */
async function createDataFolder(folder: string): Promise<void> {
  try {
    await createFolder(folder);
  } catch (error) {
    throw new CannotStart(`DATA_DIR: the folder cannot be created: ${messageOf(error)}`, { cause: error });
  }
}

/** What the operator can mend is told in one message. Anything else is a defect, and its stack shows where. */
function startFailure(error: unknown): string {
  if (error instanceof CannotStart) return error.message;
  if (error instanceof StoreUnavailable) return `The store cannot be used: ${messageOf(error.cause)}`;
  return inspect(error);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/* Each of the following loads what it needs and no more: the clients of services that are not used stay unread. */

async function openStore({ cosmos, dataDir }: Config, log: Log): Promise<Store> {
  if (!cosmos) return openSqliteStore({ path: join(dataDir, 'dialog-pool.sqlite') });
  const { openCosmosStore } = await import('./adapters/cosmos/cosmos-store.ts');
  return openCosmosStore({ ...cosmos, log, newId, random });
}

async function openGenerator({ llm }: Config, log: Log): Promise<DialogGenerator> {
  if (!llm) return templateGenerator();
  const { llmGenerator } = await import('./adapters/llm/generator.ts');
  return llmGenerator(llm, { clock, log });
}

async function openVoice({ tts }: Config): Promise<Voice | null> {
  if (!tts) return null;
  const { createSpeech } = await import('./adapters/speech/speech.ts');
  return createSpeech(tts);
}

/** Where recordings are kept; null where none is made and there is no folder of ours that could hold earlier ones. */
async function openAudio({ blobs, tts, cosmos, dataDir }: Config): Promise<AudioStorage | null> {
  if (blobs) {
    const { openAudioBlobs } = await import('./adapters/audio-blob/audio-blob.ts');
    return openAudioBlobs(blobs);
  }
  return tts || !cosmos ? openAudioFolder(join(dataDir, 'audio')) : null;
}

try {
  await start();
} catch (error) {
  process.stderr.write(`${startFailure(error)}\n`);
  process.exit(1);
}
