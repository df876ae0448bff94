import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { graphql } from '../generated/index.ts';
import { type Server, startServer } from '../llm/server.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { openSpeechServer, type SpeechServer } from './speech-server.ts';
import { KEY } from './voiced-app.ts';
import { wavTone } from './wav.ts';

const CreateProfile = graphql(`
  mutation CreateHeardProfile {
    createProfile(
      input: { id: "ana", name: "Ana", nativeLanguage: "en", targetLanguage: "es", refVoiceId: "marta" }
    ) { id }
    addWords(
      profileId: "ana"
      words: [
        { text: "casa" }, { text: "perro" }, { text: "gato" }, { text: "libro" }, { text: "mesa" }
        { text: "llave" }, { text: "pan" }, { text: "agua" }, { text: "sol" }, { text: "luna" }
        { text: "tren" }, { text: "calle" }
      ]
    ) { added { id } }
  }
`);

const Ensure = graphql(`
  mutation EnsureHeard { ensureDialogs(profileId: "ana") { outcome unusedTotal } }
`);

const Voice = graphql(`
  mutation VoiceHeard { voiceDialogs(profileId: "ana") { voiced silent } }
`);

const Turns = graphql(`
  query HeardTurns {
    profile(id: "ana") {
      pool { unusedTotal voicedTotal }
      dialogs(first: 100) { edges { node { turns { text audioUrl } } } }
    }
  }
`);

/** Starts a server on a folder, with its voice at the provider's. */
async function serverOn(folder: string, provider: SpeechServer): Promise<Server> {
  const server = await startServer({
    DATA_DIR: folder,
    TTS_BASE_URL: provider.baseUrl,
    TTS_API_KEY: KEY,
    TTS_MODEL: 'voice-1',
  });
  onTestFinished(async () => {
    await server.end('SIGKILL');
    expect(server.output()).not.toContain(KEY);
  });
  return server;
}

async function turnsOf(server: Server) {
  const { profile } = await server.ask(Turns, {});
  return profile?.dialogs.edges.flatMap(({ node }) => node.turns) ?? [];
}

test('two processes that voice the same at the same time buy each sentence once', async () => {
  const folder = await tempFolder();
  const provider = await openSpeechServer(() => ({ when: pause(20) }));
  const servers = [await serverOn(folder, provider), await serverOn(folder, provider)] as const;
  await servers[0].ask(CreateProfile, {});
  await Promise.all(servers.map((server) => server.ask(Ensure, {})));
  const reports = await Promise.all([...servers, ...servers].map((server) => server.ask(Voice, {})));
  expect(reports.map(({ voiceDialogs }) => voiceDialogs.silent)).toEqual([0, 0, 0, 0]);
  const turns = await turnsOf(servers[0]);
  expect(turns.length).toBeGreaterThan(24);
  expect(provider.inputs().sort()).toEqual([...new Set(turns.map(({ text }) => text))].sort());
  for (const { audioUrl } of turns) {
    const response = await fetch(audioUrl ?? '');
    expect(Buffer.from(await response.arrayBuffer()).equals(wavTone(0.05))).toBe(true);
  }
});

test('on SIGTERM, what was paid for is kept and nothing more is bought', async () => {
  const folder = await tempFolder();
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const provider = await openSpeechServer(() => ({ when: gate }));
  const server = await serverOn(folder, provider);
  await server.ask(CreateProfile, {});
  await server.ask(Ensure, {});
  while (provider.calls.length < 4) await pause(10);
  const ended = server.end('SIGTERM');
  while (!server.output().includes('stopping')) await pause(10);
  open();
  expect(await ended).toBe(0);
  const paid = provider.inputs();
  expect(paid).toHaveLength(4);
  expect(await readdir(join(folder, 'audio'))).toHaveLength(4);

  provider.answer = () => ({ status: 401 });
  const voiced = (await turnsOf(await serverOn(folder, provider))).filter(({ audioUrl }) => audioUrl);
  expect(new Set(voiced.map(({ text }) => text))).toEqual(new Set(paid));
});

test('a process killed in the middle leaves nothing half, and its claims hold up nobody for a minute', {
  timeout: 60_000,
}, async () => {
  const folder = await tempFolder();
  const provider = await openSpeechServer(() => ({ when: pause(5) }));
  for (const calls of [6, 11]) {
    const server = await serverOn(folder, provider);
    if (calls === 6) {
      await server.ask(CreateProfile, {});
      await server.ask(Ensure, {});
    } else {
      void server.ask(Voice, {}).catch(() => undefined);
    }
    while (provider.calls.length < calls) await pause(1);
    await server.end('SIGKILL');
  }
  const server = await serverOn(folder, provider);
  for (const { audioUrl } of await turnsOf(server)) {
    if (!audioUrl) continue;
    const response = await fetch(audioUrl);
    expect(Buffer.from(await response.arrayBuffer()).equals(wavTone(0.05))).toBe(true);
  }
  expect((await server.ask(Voice, {})).voiceDialogs.silent).toBe(0);
  const sentences = new Set((await turnsOf(server)).map(({ text }) => text));
  // At most the four calls that were under way at each kill were made in vain.
  expect(provider.calls.length).toBeLessThanOrEqual(sentences.size + 8);
  expect(new Set(provider.inputs())).toEqual(sentences);
});
