import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { tempFolder } from '../support/temp-folder.ts';
import { CreateProfile, Ensure, serverOn, turnsOf, Voice } from './heard-server.ts';
import { openSpeechServer } from './speech-server.ts';
import { wavTone } from './wav.ts';

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
