import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { openAudioFolder } from '../../src/adapters/audio-folder/audio-folder.ts';
import { listenerWarnings } from '../support/listener-warnings.ts';
import { movableClock } from '../support/movable-clock.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { type Answer, openSpeechServer, type SpeechCall } from './speech-server.ts';
import { question, sentences } from './talk-generator.ts';
import { KEY, openVoicedApp } from './voiced-app.ts';

describe('if the provider', () => {
  test.each<[string, Answer, callsOfAnAttempt: number]>([
    ['refuses the key', { status: 401 }, 4],
    ['answers with text', { contentType: 'text/plain', body: 'busy' }, 8],
    ['does not answer in time', 'hang', 8],
    ['resets every connection', 'reset', 24],
  ])('%s, every dialog is stored, and voiced later', async (_, answer, callsOfAnAttempt) => {
    const server = await openSpeechServer(() => answer);
    const app = await openVoicedApp(server, { timeoutMs: answer === 'hang' ? 1_000 : 20_000 });
    await app.addProfile('ana', 12, 'marta');
    expect(await app.ensure('ana')).toMatchObject({ outcome: 'SATISFIED', unusedTotal: 12 });
    expect(await app.voice('ana')).toEqual({ voiced: 0, silent: 36 });
    // One attempt in the background, one for the caller that waits, and time for one more in the background.
    expect(server.calls.length).toBeLessThanOrEqual(3 * callsOfAnAttempt);
    expect(await app.pool('ana')).toMatchObject({ unusedTotal: 12, voicedTotal: 0 });
    server.answer = () => 'speak';
    expect(await app.voice('ana')).toMatchObject({ silent: 0 });
    expect(await app.pool('ana')).toMatchObject({ unusedTotal: 12, voicedTotal: 12 });
    expect(app.log.lines.join('\n')).not.toContain(KEY);
  });

  test('is slow, every dialog is stored, and each sentence is bought once', async () => {
    const server = await openSpeechServer(() => ({ when: pause(150) }));
    const app = await openVoicedApp(server);
    await app.addProfile('ana', 12, 'marta');
    expect(await app.ensure('ana')).toMatchObject({ outcome: 'SATISFIED', unusedTotal: 12 });
    await app.untilVoiced('ana', 12);
    expect(server.inputs().sort()).toEqual(sentences(12));
  });

  test.each<[string, Answer, tries: number]>([
    ['refuses', { status: 400 }, 1],
    ['answers 500 to', { status: 500 }, 3],
    ['does not answer', 'hang', 1],
    ['answers without audio to', { contentType: 'application/json', body: '{}' }, 1],
  ])('%s one sentence, all others are voiced', async (_, answer, tries) => {
    const poison = question('teaching 7');
    const failing = (call: SpeechCall): Answer => (call.input === poison ? answer : 'speak');
    const server = await openSpeechServer(failing);
    const app = await openVoicedApp(server, { timeoutMs: answer === 'hang' ? 1_000 : 20_000 });
    await app.addProfile('ana', 12, 'marta');
    await app.ensure('ana');
    await app.untilVoiced('ana', 11);
    expect(await app.voice('ana')).toEqual({ voiced: 0, silent: 1 });
    const others = server.inputs().filter((input) => input !== poison);
    expect(others.sort()).toEqual(sentences(12).filter((sentence) => sentence !== poison));
    // Once in the background and once for the caller that waits.
    expect(server.inputs().filter((input) => input === poison)).toHaveLength(2 * tries);
    server.answer = () => 'speak';
    expect(await app.voice('ana')).toEqual({ voiced: 1, silent: 0 });
  });

  test('does not know the voice of one profile, other profiles are voiced', async () => {
    const server = await openSpeechServer((call) => (call.voice === 'nobody' ? { status: 404 } : 'speak'));
    const app = await openVoicedApp(server);
    await app.addProfile('ana', 12, 'marta');
    await app.addProfile('ben', 12, 'nobody');
    await Promise.all([app.ensure('ben'), app.ensure('ana')]);
    await app.untilVoiced('ana', 12);
    expect(await app.voice('ben')).toEqual({ voiced: 0, silent: 36 });
  });
});

describe('a pause', () => {
  test('of up to an hour follows each failure of a sentence, except for a caller that waits', async () => {
    const poison = question('teaching 1');
    const server = await openSpeechServer(({ input }) => (input === poison ? { status: 400 } : 'speak'));
    const clock = movableClock();
    const app = await openVoicedApp(server, { clock });
    await app.addProfile('ana', 3, 'marta');
    await app.ensure('ana', 3);
    await app.untilVoiced('ana', 2);
    const tries = () => server.inputs().filter((input) => input === poison).length;
    expect(await app.voice('ana')).toEqual({ voiced: 0, silent: 1 });
    expect(tries()).toBe(2);
    // Every poll starts a search. After two failures the pause is a minute.
    for (let poll = 0; poll < 5; poll += 1) {
      clock.move(10_100);
      await app.ensure('ana', 3);
      await pause(30);
    }
    expect(tries()).toBe(2);
    clock.move(11_000);
    await app.ensure('ana', 3);
    await until(() => tries() === 3);
    server.answer = () => 'speak';
    expect(await app.voice('ana')).toMatchObject({ silent: 0 });
  });

  test('of five seconds follows a failure of the voice, after which the background continues', async () => {
    const server = await openSpeechServer(() => ({ status: 401 }));
    const clock = movableClock();
    const app = await openVoicedApp(server, { clock });
    await app.addProfile('ana', 3, 'marta');
    await app.ensure('ana', 3);
    expect(await app.voice('ana')).toEqual({ voiced: 0, silent: 9 });
    server.answer = () => 'speak';
    expect(await app.ensure('ana', 3)).toMatchObject({ createdIds: [] });
    clock.move(5_000);
    await app.untilVoiced('ana', 3);
  });

  test('of many profiles at the same time causes no warning', async () => {
    const warnings = listenerWarnings();
    const server = await openSpeechServer(() => ({ status: 401 }));
    const app = await openVoicedApp(server);
    const ids = Array.from({ length: 12 }, (_, i) => `profile-${i}`);
    for (const id of ids) {
      await app.addProfile(id, 1, `voice of ${id}`);
      await app.ensure(id, 1);
    }
    const pauses = () => app.log.lines.filter((line) => line.includes('the voice fails as a whole'));
    await until(() => pauses().length === ids.length);
    for (const id of ids) await app.ensure(id, 1);
    expect(warnings).toEqual([]);
  });
});

describe('a defect', () => {
  const defect = () => Promise.reject(new TypeError('no such method'));

  async function openWithDefect() {
    const server = await openSpeechServer();
    const folder = await openAudioFolder(join(await tempFolder(), 'audio'));
    const audio = { ...folder, save: defect };
    const app = await openVoicedApp(server, { audio, concurrency: 1 });
    await app.addProfile('ana', 3, 'marta');
    return { server, app };
  }

  test('is masked for the caller and logged once', async () => {
    const { app } = await openWithDefect();
    await app.store.updateProfile('ana', { refVoiceId: null });
    await app.ensure('ana', 1);
    expect(await app.voice('ana')).toEqual({ voiced: 0, silent: 3 });
    await app.store.updateProfile('ana', { refVoiceId: 'marta' });
    await app.ensure('ana', 2);
    await expect(app.voice('ana')).rejects.toThrow('INTERNAL_SERVER_ERROR');
    expect(app.log.lines.filter((line) => line.startsWith('error an unexpected error {'))).toHaveLength(1);
  });

  test('in the background is logged, and its cost is bounded', async () => {
    const { server, app } = await openWithDefect();
    await app.ensure('ana', 3);
    const errors = () => app.log.lines.filter((line) => line.startsWith('error '));
    await until(() => errors().length > 0);
    expect(errors()[0]).toMatch(
      /^error an unexpected error while dialogs were being voiced .*no such method/u,
    );
    for (let i = 0; i < 20; i += 1) await app.ensure('ana', 3);
    expect(server.calls.length).toBeLessThanOrEqual(3);
    expect((await app.pool('ana')).unusedTotal).toBe(3);
  });
});
