import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openAnkiDecks } from '../../src/adapters/anki/anki-decks.ts';
import { type PrometheusMeter, prometheusMeter } from '../../src/adapters/prometheus/prometheus-meter.ts';
import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts';
import { inProcessEvents } from '../../src/adapters/system/in-process-events.ts';
import { systemClock } from '../../src/adapters/system/system-clock.ts';
import { templateGenerator } from '../../src/adapters/template/generator.ts';
import { type App, createApp } from '../../src/http/app.ts';
import type { Authenticate } from '../../src/http/authentication/authenticate.ts';
import type { Manifest } from '../../src/http/persisted-operations/manifest.ts';
import { createChoices } from '../../src/learning/choices.ts';
import { createLearningService, type LearningService } from '../../src/learning/learning-service.ts';
import { memoryOfHistory } from '../../src/learning/memory-of-history.ts';
import { Population } from '../../src/learning/population.ts';
import { createPromptService, type PromptService } from '../../src/learning/prompt-service.ts';
import { beliefsOf } from '../../src/learning/styles.ts';
import type { Prices } from '../../src/model/spend.ts';
import { logTopUps } from '../../src/pool/log-top-ups.ts';
import { createPool, type Pool } from '../../src/pool/pool.ts';
import type { AudioStorage } from '../../src/ports/audio-storage.ts';
import type { Clock, Random } from '../../src/ports/clock.ts';
import type { Events } from '../../src/ports/events.ts';
import type { DialogGenerator } from '../../src/ports/generator.ts';
import type { Store } from '../../src/ports/store.ts';
import { createProfileService } from '../../src/profiles/profile-service.ts';
import { noVoicing } from '../../src/voicing/no-voicing.ts';
import type { Voicing } from '../../src/voicing/voicing.ts';
import { createWordExport } from '../../src/words/export/word-export.ts';
import { createWordImport } from '../../src/words/import/word-import.ts';
import { createWordService } from '../../src/words/word-service.ts';
import type { TypedDocumentString } from '../generated/graphql.ts';
import { type MemoryLog, memoryLog } from './memory-log.ts';
import { writeNewDataFile } from './new-data-file.ts';
import { DECK_PROGRAM } from './programs.ts';
import { tempFolder } from './temp-folder.ts';

/** What a response holds. */
export interface Answer<Result> {
  readonly data: Result | null | undefined;
  readonly errors: readonly ResponseError[];
  readonly status: number;
}

interface ResponseError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** The app as its clients meet it, on a store of its own. */
export interface TestApp {
  readonly app: App;
  readonly store: Store;
  readonly pool: Pool;
  readonly learning: LearningService;
  readonly prompts: PromptService;
  readonly log: MemoryLog;
  /** Sends a typed document, with a bearer token if one is given; errors are part of the answer. */
  send<Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    variables: Variables,
    token?: string,
  ): Promise<Answer<Result>>;
  /** Sends a typed document and returns its data; an error fails the test. */
  ask<Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    variables: Variables,
    token?: string,
  ): Promise<Result>;
}

interface TestAppOptions {
  readonly store?: Store;
  readonly generator?: DialogGenerator;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly prices?: Prices | null;
  readonly log?: MemoryLog;
  /** Creates the voicing that listens to the app's events; none if it is left out. */
  readonly openVoicing?: (events: Events) => Voicing;
  readonly audio?: AudioStorage | null;
  readonly publicUrl?: string | null;
  readonly maintenanceMs?: number;
  /** Whether trials of prompts are judged, as often as possible. False if it is left out. */
  readonly judges?: boolean;
  readonly storeCharges?: boolean;
  readonly corsOrigins?: readonly string[];
  readonly authenticate?: Authenticate | null;
  readonly requestsPerMinute?: number | null;
  readonly manifest?: Manifest | null;
  readonly accepting?: () => boolean;
  readonly meter?: PrometheusMeter;
  /** Where packages of Anki are kept while they are read. */
  readonly decksFolder?: string;
}

/** The header that carries a token; none without one. */
export function bearer(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

/** A store in a file of its own, closed when the test has finished. */
export async function tempSqliteStore(): Promise<Store> {
  const path = join(await tempFolder(), 'pool.sqlite');
  await writeNewDataFile(path);
  const store = await openSqliteStore({ path });
  onTestFinished(() => store.close());
  return store;
}

/** Builds the app over a new SQLite file, or over the store given. */
export async function openTestApp({
  store: given,
  generator = templateGenerator(),
  clock = systemClock,
  random = Math.random,
  prices = null,
  log = memoryLog(),
  openVoicing,
  audio = null,
  publicUrl = null,
  maintenanceMs = 0,
  judges = false,
  storeCharges = false,
  corsOrigins = [],
  authenticate = null,
  requestsPerMinute = null,
  manifest = null,
  accepting = () => true,
  meter = prometheusMeter(clock),
  decksFolder = tmpdir(),
}: TestAppOptions = {}): Promise<TestApp> {
  const store = given ?? (await tempSqliteStore());
  const newId = randomUUID;
  const events = inProcessEvents(log);
  meter.listen(events, generator.name);
  logTopUps(events, log);
  const population = new Population({ store, clock, log });
  const judgePauseMs = judges ? () => 10 : null;
  const prompts = createPromptService({ store, generator, clock, log, newId, random, judgePauseMs });
  onTestFinished(() => prompts.finish());
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
    ...createChoices(() => population.prior(), random),
  });
  const learning = createLearningService({ store, clock, log, newId, events, population });
  const services = {
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
      decks: openAnkiDecks({ log, program: DECK_PROGRAM, folder: decksFolder }),
      memoryOfHistory,
    }),
    exports: createWordExport({ store, clock, summarizeStyles: beliefsOf }),
    voicing: openVoicing?.(events) ?? noVoicing(store),
    learning,
    prompts,
  };
  const app = createApp({
    services,
    authenticate,
    requestsPerMinute,
    manifest,
    corsOrigins,
    meter,
    audio,
    publicUrl,
    storeCharges,
    accepting,
  });

  async function send<Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    variables: Variables,
    token?: string,
  ): Promise<Answer<Result>> {
    const response = await app.fetch('http://127.0.0.1/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...bearer(token) },
      body: JSON.stringify({ query: document.toString(), variables }),
    });
    const body: { data?: Result | null; errors?: ResponseError[] } = await response.json();
    return { data: body.data, errors: body.errors ?? [], status: response.status };
  }

  return {
    app,
    store,
    pool,
    learning,
    prompts,
    log,
    send,
    async ask(document, variables, token) {
      const { data, errors } = await send(document, variables, token);
      if (!data || errors.length > 0) throw new Error(`the request failed: ${JSON.stringify(errors)}`);
      return data;
    },
  };
}
