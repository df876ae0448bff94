import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';
import { pino } from 'pino';
import { openAudioBlobs } from './adapters/audio-blob/audio-blob.ts';
import { openAudioFolder } from './adapters/audio-folder/audio-folder.ts';
import { llmGenerator } from './adapters/llm/generator.ts';
import { prometheusMeter } from './adapters/prometheus/prometheus-meter.ts';
import { createSpeech } from './adapters/speech/speech.ts';
import { openSqliteStore } from './adapters/sqlite/sqlite-store.ts';
import { systemClock as clock } from './adapters/system/system-clock.ts';
import { templateGenerator } from './adapters/template/generator.ts';
import { type Config, readConfig } from './config.ts';
import { seedDemo } from './demo/seed-demo.ts';
import { createApp } from './http/app.ts';
import { serve } from './http/serve.ts';
import { CannotStart } from './model/errors.ts';
import { createPool } from './pool/pool.ts';
import type { AudioStorage } from './pool/ports/audio-storage.ts';
import { createVoicing } from './pool/voicing.ts';

/** How long running requests and top-ups may go on after SIGTERM; platforms kill after 30 seconds. */
const SHUTDOWN_LIMIT_MS = 25_000;

async function start(): Promise<void> {
  const config = readConfig(process.env);
  const log = pino({ level: config.logLevel });
  const store = await openSqliteStore({ path: join(config.dataDir, 'dialog-pool.sqlite') });
  const generator = config.llm ? llmGenerator(config.llm, { clock, log }) : templateGenerator();
  if (config.demo) await seedDemo(store, templateGenerator(), clock);
  const newId = randomUUID;
  const meter = prometheusMeter();
  const prices = config.llm?.prices ?? null;
  const random = Math.random;
  const audio = await openAudio(config);
  const voice = config.tts && createSpeech(config.tts);
  const voicing = voice && audio && createVoicing({ store, voice, audio, clock, log, newId, random });
  const pool = createPool({ store, generator, clock, log, meter, prices, newId, random, voicing });

  let accepting = true;
  const app = createApp({
    services: { store, pool, clock, newId },
    log,
    corsOrigins: config.corsOrigins,
    metrics: meter.report,
    audio,
    publicUrl: config.publicUrl,
    accepting: () => accepting,
  });
  const server = await serve(app, config.host, config.port);
  log.info({ generator: generator.name, store: 'sqlite' }, `GraphiQL is at ${server.url}/graphql`);

  const stop = async (signal: string): Promise<void> => {
    accepting = false;
    log.info({ signal }, 'stopping: finishing what is running');
    const finished = Promise.all([server.stop(), pool.idle(), voicing?.finish()]).then(() => true);
    if (!(await Promise.race([finished, pause(SHUTDOWN_LIMIT_MS, false)]))) {
      log.warn({ limitMs: SHUTDOWN_LIMIT_MS }, 'stopped in the middle of requests that took too long');
    }
    await store.close();
    log.info({}, 'stopped');
    process.exit(0);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

/** Where recordings are kept; null where none is made and there is no folder of ours that could hold earlier ones. */
async function openAudio({ blobs, tts, cosmos, dataDir }: Config): Promise<AudioStorage | null> {
  if (blobs) return openAudioBlobs(blobs);
  return tts || !cosmos ? openAudioFolder(join(dataDir, 'audio')) : null;
}

try {
  await start();
} catch (error) {
  // What the operator can mend is told in one message; anything else is a defect, and its stack shows where.
  const mendable = error instanceof CannotStart;
  process.stderr.write(`${mendable ? error.message : inspect(error)}\n`);
  process.exit(1);
}
