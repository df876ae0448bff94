import { mkdir, rm, rmdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openAudioFolder } from '../../src/adapters/audio-folder/audio-folder.ts';
import { recordingHash } from '../../src/model/recording.ts';
import { startServer } from '../llm/server.ts';
import { failedStart } from '../processes/failed-start.ts';
import { newGate } from '../support/gate.ts';
import { movableClock } from '../support/movable-clock.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { tempSqliteStore } from '../support/test-app.ts';
import { traced, untilQuiet } from '../support/traced-store.ts';
import { until } from '../support/until.ts';
import { openSpeechServer } from './speech-server.ts';
import { GREETING } from './talk-generator.ts';
import { openVoicedApp } from './voiced-app.ts';

test('a folder that cannot be written to costs nothing, and every dialog is stored', async () => {
  const folder = join(await tempFolder(), 'audio');
  const server = await openSpeechServer();
  const app = await openVoicedApp(server, { audio: await openAudioFolder(folder) });
  await rm(folder, { recursive: true });
  await app.addProfile('ana', 12, 'marta');
  expect(await app.ensure('ana')).toMatchObject({ outcome: 'SATISFIED', unusedTotal: 12 });
  expect(await app.voice('ana')).toEqual({ voiced: 0, silent: 36 });
  expect(server.calls).toEqual([]);
  // What fails for every sentence is logged once for each voicing.
  expect(app.log.lines.filter((line) => line.includes('ENOENT')).length).toBeLessThanOrEqual(2);
  await mkdir(folder);
  expect(await app.voice('ana')).toMatchObject({ silent: 0 });
});

test('a recording that could not be saved is not bought again at every poll', async () => {
  const folder = join(await tempFolder(), 'audio');
  const areCalled = newGate();
  const server = await openSpeechServer(() => {
    if (server.calls.length === 2) areCalled.open();
    return { when: areCalled.opened };
  });
  const audio = await openAudioFolder(folder);
  let searches = 0;
  const find = async (hash: string) => {
    const name = await audio.find(hash);
    searches += 1;
    return name;
  };
  const { store, calls } = traced(await tempSqliteStore());
  const clock = movableClock();
  const app = await openVoicedApp(server, { store, clock, audio: { ...audio, find } });
  // No file can take the place of a folder.
  const hash = recordingHash('voice-1', { text: GREETING, language: 'es', voice: 'marta' });
  await mkdir(join(folder, `${hash}.wav`));
  await app.addProfile('ana', 1, 'marta');
  await app.ensure('ana', 1);
  await until(async () => (await app.pool('ana')).dialogs[0]?.turns[1]?.audioUrl != null);
  await until(() => app.log.lines.some((line) => line.includes('the voice fails as a whole')));
  await untilQuiet(calls);

  const leases = () => calls.filter(({ name }) => name === 'takeLease').length;
  const before = leases();
  for (let poll = 0; poll < 2; poll += 1) {
    const searched = searches;
    clock.move(10_100);
    await app.ensure('ana', 1);
    await until(() => searches > searched);
    await untilQuiet(calls);
    // A sentence is bought under a lease.
    expect(leases()).toBe(before);
  }
  await rmdir(join(folder, `${hash}.wav`));
  clock.move(10_100);
  await app.ensure('ana', 1);
  await app.untilVoiced('ana', 1);
  expect(server.calls).toHaveLength(3);
});

test.runIf(process.platform === 'linux')(
  'a server with a voice does not start if it cannot write to the audio folder',
  async () => {
    const folder = await tempFolder();
    // Not even root can write to it.
    await symlink('/sys/kernel', join(folder, 'audio'));
    const voice = { TTS_BASE_URL: 'http://127.0.0.1:9/v1', TTS_MODEL: 'voice-1' };
    const { code, stderr } = await failedStart({ DATA_DIR: folder, ...voice });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /Recordings cannot be kept in the folder \S+audio: the audio folder cannot be used \(\w+\)\./u,
    );
    const silent = await startServer({ DATA_DIR: folder });
    expect(await silent.end('SIGTERM')).toBe(0);
  },
);
