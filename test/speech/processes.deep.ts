import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { openAudioFolder } from '../../src/adapters/audio-folder/audio-folder.ts';
import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts';
import { newGate } from '../support/gate.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { openTestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';
import { CreateProfile, Ensure, serverOn, turnsOf, Voice } from './heard-server.ts';
import { openSpeechServer } from './speech-server.ts';
import { wavTone } from './wav.ts';

test('two processes that voice the same dialogs at the same time buy each sentence once', async () => {
  const folder = await tempFolder();
  const provider = await openSpeechServer(() => ({ when: pause(20) }));
  const servers = await Promise.all([serverOn(folder, provider), serverOn(folder, provider)]);
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
  const gate = newGate();
  const provider = await openSpeechServer(() => ({ when: gate.opened }));
  const server = await serverOn(folder, provider);
  await server.ask(CreateProfile, {});
  await server.ask(Ensure, {});
  await until(() => provider.calls.length === 4);
  const ended = server.end('SIGTERM');
  await until(() => server.output().includes('stopping'));
  gate.open();
  expect(await ended).toBe(0);
  const paid = provider.inputs();
  expect(paid).toHaveLength(4);
  expect(await readdir(join(folder, 'audio'))).toHaveLength(4);

  const store = await openSqliteStore({ path: join(folder, 'dialog-pool.sqlite') });
  onTestFinished(() => store.close());
  const app = await openTestApp({ store, audio: await openAudioFolder(join(folder, 'audio')) });
  const voiced = (await turnsOf(app)).filter(({ audioUrl }) => audioUrl);
  expect(new Set(voiced.map(({ text }) => text))).toEqual(new Set(paid));
});
