import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { tempFolder } from '../support/temp-folder.ts';
import { CreateProfile, Ensure, serverOn, turnsOf, Voice } from './heard-server.ts';
import { openSpeechServer } from './speech-server.ts';
import { wavTone } from './wav.ts';

test('a process killed while it voices leaves no half recording and delays others by less than a minute', async () => {
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
  const voiced = await Promise.race([server.ask(Voice, {}), pause(60_000, 'still delayed')]);
  expect(voiced).toMatchObject({ voiceDialogs: { silent: 0 } });
  const sentences = new Set((await turnsOf(server)).map(({ text }) => text));
  // At most the four calls that were under way at each kill are lost.
  expect(provider.calls.length).toBeLessThanOrEqual(sentences.size + 8);
  expect(new Set(provider.inputs())).toEqual(sentences);
});
