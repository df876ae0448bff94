import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';
import { openAnkiDecks } from './adapters/anki/anki-decks.ts';
import { openPinoLog } from './adapters/pino/pino-log.ts';
import { prometheusMeter } from './adapters/prometheus/prometheus-meter.ts';
import { createFolder } from './adapters/system/create-folder.ts';
import { inProcessEvents } from './adapters/system/in-process-events.ts';
import { watchParent } from './adapters/system/parent-process.ts';
import { systemClock as clock } from './adapters/system/system-clock.ts';
import { templateGenerator } from './adapters/template/generator.ts';
import { openTracing } from './adapters/tracing/tracing.ts';
import { readConfig } from './config.ts';
import { seedDemo } from './demo/seed-demo.ts';
import { logRequests } from './http/access-log.ts';
import { createApp } from './http/app.ts';
import { guardHost } from './http/limits/host-guard.ts';
import { routeOf } from './http/paths.ts';
import { answerInOrder } from './http/pipelined-requests.ts';
import { METRICS_PATH, PROBES } from './http/probes.ts';
import { serve } from './http/serve.ts';
import { startInTurn } from './http/start-in-turn.ts';
import { createChoices } from './learning/choices.ts';
import { createLearningService } from './learning/learning-service.ts';
import { memoryOfHistory } from './learning/memory-of-history.ts';
import { Population } from './learning/population.ts';
import { createPromptService } from './learning/prompt-service.ts';
import { beliefsOf } from './learning/styles.ts';
import { logWarnings } from './main/log-warnings.ts';
import { openAudio, openGenerator, openStore, openVoice } from './main/open-adapters.ts';
import { openAuthentication } from './main/open-authentication.ts';
import { openManifest } from './main/open-manifest.ts';
import { CannotStart, StoreUnavailable } from './model/errors.ts';
import { logTopUps } from './pool/log-top-ups.ts';
import { createPool } from './pool/pool.ts';
import { createProfileService } from './profiles/profile-service.ts';
import { noVoicing } from './voicing/no-voicing.ts';
import { createVoicing } from './voicing/voicing.ts';
import { createWordExport } from './words/export/word-export.ts';
import { createWordImport } from './words/import/word-import.ts';
import { createWordService } from './words/word-service.ts';

const newId = randomUUID;
const { random } = Math;

/** How long running requests and top-ups may go on after SIGTERM, in milliseconds. Platforms kill after 30 seconds. */
const SHUTDOWN_LIMIT_MS = 25_000;
/**
 * How long after SIGTERM top-ups may begin further words, in milliseconds. The rest of the time is for words that are
 * being written and must be stored.
 */
const TOP_UP_GRACE_MS = 5_000;

/**
 * How long after SIGTERM calls of the model and of the speech service are waited for, in milliseconds. The rest of the time
 * is for the answers to callers.
 */
const CALLS_LIMIT_MS = 20_000;

async function start(): Promise<void> {
  // Nothing has to be finished yet. The first process of a container ignores a signal that it does not listen to.
  const endAtOnce = () => process.exit(0);
  process.on('SIGTERM', endAtOnce);
  let onParentEnd: () => unknown = endAtOnce;
  // npm and its shell end at a signal and do not pass it on.
  if (process.env.npm_lifecycle_event === 'start') watchParent(() => onParentEnd());
  const config = readConfig(process.env);
  if (!config.cosmos || (config.tts && !config.blobs)) await createDataFolder(config.dataDir);
  const { log, close: closeLog } = openPinoLog(config.logLevel);
  const manifest = await openManifest(config);
  const authenticate = await openAuthentication(config.authentication, log);
  const tracing = openTracing();
  const meter = prometheusMeter(clock);
  const store = await openStore(config, log, tracing, meter);
  const givingUp = new AbortController();
  // Each call that is under way listens to it.
  setMaxListeners(0, givingUp.signal);
  const generator = await openGenerator(config, log, givingUp.signal, tracing);
  if (config.demo) await seedDemo(store, templateGenerator(), { clock, newId });
  const events = inProcessEvents(log);
  meter.listen(events, generator.name);
  logTopUps(events, log);
  const prices = config.llm?.prices ?? null;
  const audio = await openAudio(config);
  const voice = await openVoice(config, givingUp.signal, tracing, meter);
  const voicing =
    voice && audio
      ? createVoicing({ store, voice, audio, clock, log, newId, random, events })
      : noVoicing(store);
  const { maintenanceMs } = config;
  const population = new Population({ store, clock, log });
  const prompts = createPromptService({ store, generator, clock, log, newId, random });
  const pool = createPool({
    store,
    generator,
    prompts,
    clock,
    log,
    prices,
    newId,
    random,
    events,
    maintenanceMs,
    traces: tracing.topUps(events),
    ...createChoices(() => population.prior(), random),
  });
  const learning = createLearningService({ store, clock, log, newId, events, population });

  let accepting = true;
  const app = createApp({
    services: {
      store,
      clock,
      log,
      pool,
      profiles: createProfileService({ store, clock, newId, log, events, generator }),
      words: createWordService({ store, clock, newId, events }),
      imports: createWordImport({
        store,
        clock,
        newId,
        events,
        decks: openAnkiDecks({ log }),
        memoryOfHistory,
      }),
      exports: createWordExport({ store, clock, summarizeStyles: beliefsOf }),
      voicing,
      learning,
      prompts,
    },
    authenticate,
    manifest,
    requestsPerMinute: config.requestsPerMinute,
    corsOrigins: config.corsOrigins,
    meter,
    audio,
    publicUrl: config.publicUrl,
    storeCharges: config.cosmos !== null,
    accepting: () => accepting,
  });
  const answer = answerInOrder(startInTurn(guardHost(app, config)));
  const traced = tracing.requests(answer, { routeOf, untraced: [...PROBES, METRICS_PATH] });
  const listener = logRequests(traced, { log, clock, newId });
  const server = await serve(listener, config.host, config.port);

  const finish = async (reason: string): Promise<void> => {
    if (!accepting) return;
    accepting = false;
    log.info({ reason }, 'stopping: finishing what is running');
    setTimeout(() => givingUp.abort(), CALLS_LIMIT_MS).unref();
    const served = server.stop();
    const finished = Promise.all([
      served,
      pool.finish(TOP_UP_GRACE_MS),
      voicing.finish(),
      served.then(() => learning.finish()),
      prompts.finish(),
    ]).then(() => true);
    if (!(await Promise.race([finished, pause(SHUTDOWN_LIMIT_MS, false)]))) {
      log.warn({ limitMs: SHUTDOWN_LIMIT_MS }, 'stopped in the middle of requests that took too long');
    }
    await store.close();
    await tracing.flush();
    log.info({}, 'stopped');
    await closeLog();
    process.exit(0);
  };
  const stop = (reason: string) =>
    finish(reason).catch((error: unknown) => {
      process.stderr.write(`${inspect(error)}\n`);
      process.exit(1);
    });
  logWarnings(config, log);
  // Nobody waits for the promise, so that no answer is wrong. The end of the process would break off all other requests, and
  // calls that are paid for.
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'an error that nobody has handled'));
  process.on('SIGTERM', stop).off('SIGTERM', endAtOnce);
  // A second Ctrl-C ends the process at once.
  process.once('SIGINT', stop);
  onParentEnd = () => stop('npm has ended');
  log.info(
    { generator: generator.name, voice: voice?.model ?? null, store: config.cosmos ? 'cosmos' : 'sqlite' },
    manifest === null
      ? `GraphiQL is at ${server.url}/graphql`
      : `operations of PERSISTED_OPERATIONS are executed at ${server.url}/graphql`,
  );
}

async function createDataFolder(folder: string): Promise<void> {
  try {
    await createFolder(folder);
  } catch (error) {
    throw new CannotStart(`DATA_DIR: the folder cannot be created: ${messageOf(error)}`, { cause: error });
  }
}

/** Describes in one message what the operator can mend. Other errors are defects and are shown with their stack. */
function startFailure(error: unknown): string {
  if (error instanceof CannotStart) return error.message;
  if (error instanceof StoreUnavailable) return `The store cannot be used: ${messageOf(error.cause)}`;
  return inspect(error);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

try {
  await start();
} catch (error) {
  process.stderr.write(`${startFailure(error)}\n`);
  process.exit(1);
}
