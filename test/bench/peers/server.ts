import { randomUUID } from 'node:crypto';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import fastify from 'fastify';
import mercurius from 'mercurius';
import { createAccess } from '../../../src/access/access.ts';
import { openAnkiDecks } from '../../../src/adapters/anki/anki-decks.ts';
import { openSqliteStore } from '../../../src/adapters/sqlite/sqlite-store.ts';
import { inProcessEvents } from '../../../src/adapters/system/in-process-events.ts';
import { systemClock as clock } from '../../../src/adapters/system/system-clock.ts';
import { templateGenerator } from '../../../src/adapters/template/generator.ts';
import { type Context, createContext } from '../../../src/graphql/context.ts';
import { schema } from '../../../src/graphql/schema.ts';
import { createLearningService } from '../../../src/learning/learning-service.ts';
import { memoryOfHistory } from '../../../src/learning/memory-of-history.ts';
import { Population } from '../../../src/learning/population.ts';
import { createPromptService } from '../../../src/learning/prompt-service.ts';
import { beliefsOf } from '../../../src/learning/styles.ts';
import { ANYONE } from '../../../src/model/subject.ts';
import { createProfileService } from '../../../src/profiles/profile-service.ts';
import { noVoicing } from '../../../src/voicing/no-voicing.ts';
import { createWordExport } from '../../../src/words/export/word-export.ts';
import { createWordImport } from '../../../src/words/import/word-import.ts';
import { createWordService } from '../../../src/words/word-service.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { benchPool } from '../bench-store.ts';

/* A child process that serves the schema and a data file by another GraphQL server, and prints its URL. */

const [kind = '', path = ''] = process.argv.slice(2);
const HOST = '127.0.0.1';

const store = await openSqliteStore({ path });
const generator = templateGenerator();
const log = memoryLog();
const events = inProcessEvents(log);
const pool = benchPool(store, generator);
const newId = randomUUID;
const population = new Population({ store, clock, log });
const services = {
  store,
  clock,
  log,
  pool,
  profiles: createProfileService({ store, clock, newId, log, events, generator }),
  words: createWordService({ store, clock, newId, events }),
  imports: createWordImport({ store, clock, newId, events, decks: openAnkiDecks({ log }), memoryOfHistory }),
  exports: createWordExport({ store, clock, summarizeStyles: beliefsOf }),
  voicing: noVoicing(store),
  learning: createLearningService({ store, clock, log, newId, events, population }),
  prompts: createPromptService({ store, generator, clock, log, newId, random: Math.random }),
};
const access = createAccess(services)(ANYONE);

async function serveMercurius(options: { jit?: number }): Promise<string> {
  const app = fastify();
  const context = ({ protocol, host }: { protocol: string; host: string }) => ({
    ...createContext(access, clock, { caller: 'bench', baseUrl: () => `${protocol}://${host}` }),
  });
  app.register(mercurius, { schema, context, ...options });
  return `${await app.listen({ host: HOST, port: 0 })}/graphql`;
}

const KINDS: Readonly<Record<string, () => Promise<string>>> = {
  async apollo() {
    const server = new ApolloServer<Context>({ schema });
    const { url } = await startStandaloneServer(server, {
      listen: { host: HOST, port: 0 },
      context: async ({ req }) =>
        createContext(access, clock, { caller: 'bench', baseUrl: () => `http://${req.headers.host}` }),
    });
    return url;
  },
  mercurius: () => serveMercurius({}),
  'mercurius-jit': () => serveMercurius({ jit: 1 }),
};

const url = await KINDS[kind]?.();
if (url === undefined) throw new Error(`there is no server of the kind ${kind}`);
process.stdout.write(`${url}\n`);
process.once('SIGTERM', () => process.exit(0));
