import { expect, onTestFinished } from 'vitest';
import { llmGenerator } from '../../src/adapters/llm/generator.ts';
import { graphql } from '../generated/index.ts';
import { HastyClock } from '../support/hasty-clock.ts';
import { memoryLog } from '../support/memory-log.ts';
import { NEVER } from '../support/never.ts';
import { openTestApp, type TestApp } from '../support/test-app.ts';
import { type Provider, type Script, startProvider } from './provider.ts';
import { type GraphQLClient, type Server, startServer } from './server.ts';

export const KEY = 'sk-server-8d20b7f3aa914c65';

const CreateProfile = graphql(`
  mutation CreateLlmProfile {
    createProfile(input: { id: "ana", name: "Ana", nativeLanguage: "en", targetLanguage: "de" }) { id }
  }
`);

const AddWords = graphql(`
  mutation AddLlmWords($words: [WordInput!]!) {
    addWords(profileId: "ana", words: $words) { added { id } }
  }
`);

export const Ensure = graphql(`
  mutation EnsureWithLlm {
    ensureDialogs(profileId: "ana") {
      created { id generator turns { text translation } word { id text } }
      unusedTotal
      outcome
      skipped { reason message word { text } }
      spend { calls inputTokens outputTokens cost }
    }
  }
`);

const Unused = graphql(`
  query UnusedLlmDialogs {
    profile(id: "ana") {
      pool { unusedTotal }
      dialogs(isUsed: false, first: 100) { edges { node { id word { id } turns { text translation } } } }
    }
  }
`);

export async function providerFor(script: Script): Promise<Provider> {
  const provider = await startProvider(script);
  onTestFinished(() => provider.close());
  return provider;
}

/** Starts a server process on a folder, whose model is the provider. */
export async function serverOn(
  folder: string,
  provider: Provider,
  env: Record<string, string> = {},
): Promise<Server> {
  const server = await startServer({
    DATA_DIR: folder,
    LLM_BASE_URL: provider.baseUrl,
    LLM_API_KEY: KEY,
    LLM_MODEL: 'test-chat',
    ...env,
  });
  onTestFinished(async () => {
    await server.end('SIGKILL');
  });
  return server;
}

/** Opens an app in this process whose model is the provider. */
export function appWith(
  provider: Provider,
  { concurrency = 4, timeoutMs = 20_000, giveUp = NEVER, clock = new HastyClock() } = {},
): Promise<TestApp> {
  const log = memoryLog();
  const config = { baseUrl: provider.baseUrl, apiKey: KEY, model: 'test-chat', timeoutMs };
  const generator = llmGenerator({ ...config, concurrency, maxCallsPerHour: null }, { clock, log, giveUp });
  return openTestApp({ generator, log });
}

/** @param teaching words that are tried before the others */
export async function addCourse(
  server: GraphQLClient,
  words: readonly string[],
  teaching: readonly string[] = [],
): Promise<void> {
  await server.ask(CreateProfile, {});
  await server.ask(AddWords, {
    words: [
      ...teaching.map((text) => ({ text, state: 'TEACHING' as const })),
      ...words.map((text) => ({ text })),
    ],
  });
}

export const thirtyWords = Array.from({ length: 30 }, (_, i) => `Wort${String(i).padStart(2, '0')}`);

/** Checks that no word has two unused dialogs and that all are whole. @returns how many there are */
export async function checkedDialogs(server: GraphQLClient): Promise<number> {
  const { profile } = await server.ask(Unused, {});
  const dialogs = profile?.dialogs.edges.map((edge) => edge.node) ?? [];
  expect(new Set(dialogs.map((dialog) => dialog.word?.id)).size).toBe(dialogs.length);
  for (const { turns } of dialogs) expect(turns).toHaveLength(4);
  expect(profile?.pool.unusedTotal).toBe(dialogs.length);
  return dialogs.length;
}
