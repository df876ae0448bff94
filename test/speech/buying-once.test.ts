import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { openAudioBlobs } from '../../src/adapters/audio-blob/audio-blob.ts';
import { openAudioFolder } from '../../src/adapters/audio-folder/audio-folder.ts';
import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts';
import { recordingHash } from '../../src/model/recording.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Store } from '../../src/ports/store.ts';
import { type Azurite, startAzurite } from '../emulators/azurite.ts';
import { skippingClock } from '../support/clocks.ts';
import { newGate } from '../support/gate.ts';
import { listenerWarnings } from '../support/listener-warnings.ts';
import { movableClock } from '../support/movable-clock.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { tempSqliteStore } from '../support/test-app.ts';
import { until } from '../support/until.ts';
import { openSpeechServer } from './speech-server.ts';
import { GREETING, sentences } from './talk-generator.ts';
import { openVoicedApp, type VoicedApp } from './voiced-app.ts';

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
  return azurite.stop;
});

/** Takes the lease on a sentence, as a process does that is buying it. */
function takeSentence({ store }: VoicedApp, text: string, owner: string) {
  const hash = recordingHash('voice-1', { text, language: 'es', voice: 'marta' });
  return store.takeLease(`voice:${hash}`, owner, null);
}

/** Resolves when the question in every dialog has its recording. */
async function untilQuestionsVoiced(app: VoicedApp): Promise<void> {
  const urls = async () => (await app.pool('ana')).dialogs.map(({ turns }) => turns[1]?.audioUrl);
  while ((await urls()).includes(null)) await pause(20);
}

describe.each([
  ['a folder', (folder: string) => openAudioFolder(join(folder, 'audio'))],
  ['Azure Blob Storage', () => openAudioBlobs({ connectionString: azurite.connectionString })],
])('a sentence whose recording is kept in %s is bought once', (_, openAudio) => {
  test('for all turns, dialogs and profiles that say it in the same voice', async () => {
    const server = await openSpeechServer();
    const app = await openVoicedApp(server, { audio: await openAudio(await tempFolder()) });
    const voice = randomUUID();
    await app.addProfile('ana', 12, voice);
    await app.addProfile('ben', 12, voice);
    await app.ensure('ana');
    await app.untilVoiced('ana', 12);
    expect(server.inputs().sort()).toEqual(sentences(12));
    await app.ensure('ben');
    await app.untilVoiced('ben', 12);
    expect(server.calls).toHaveLength(13);
  });

  test('for each voice and each model', async () => {
    const [server, store] = [await openSpeechServer(), await tempSqliteStore()];
    const audio = await openAudio(await tempFolder());
    const app = await openVoicedApp(server, { store, audio });
    const voices = [randomUUID(), randomUUID()] as const;
    for (const voice of voices) {
      await app.addProfile(voice, 2, voice);
      await app.ensure(voice);
      await app.untilVoiced(voice, 2);
    }
    expect(server.calls).toHaveLength(6);
    const other = await openVoicedApp(server, { store, audio, model: 'voice-2' });
    await other.addProfile('later', 2, voices[0]);
    await other.ensure('later');
    await other.untilVoiced('later', 2);
    expect(server.calls.map(({ model }) => model)).toEqual([
      ...new Array(6).fill('voice-1'),
      ...new Array(3).fill('voice-2'),
    ]);
  });

  test('by two servers that voice the same dialogs at the same time', async () => {
    const server = await openSpeechServer(() => ({ when: pause(30) }));
    const folder = await tempFolder();
    const voice = randomUUID();
    const apps = [];
    for (let i = 0; i < 2; i += 1) {
      const store = await openSqliteStore({ path: join(folder, 'pool.sqlite') });
      apps.push(await openVoicedApp(server, { store, audio: await openAudio(folder) }));
    }
    const [one, other] = apps;
    if (!one || !other) throw new Error('two were opened');
    await one.addProfile('ana', 12, voice);
    await other.addProfile('ben', 12, voice);
    await Promise.all([one.ensure('ana'), other.ensure('ben'), other.ensure('ana'), one.ensure('ben')]);
    const reports = await Promise.all([one, other].flatMap((app) => [app.voice('ana'), app.voice('ben')]));
    expect(reports.map(({ silent }) => silent)).toEqual([0, 0, 0, 0]);
    expect(server.inputs().sort()).toEqual(sentences(12));
    await one.store.close();
    await other.store.close();
  });
});

describe('a sentence that another process is buying', () => {
  test('is bought by this one if the other has died and no longer renews its lease', async () => {
    const server = await openSpeechServer();
    const clock = movableClock();
    const app = await openVoicedApp(server, { clock });
    await app.addProfile('ana', 1, 'marta');
    const lease = await takeSentence(app, GREETING, 'dead');
    await app.ensure('ana');
    let isVoiced = false;
    const voicing = app.voice('ana').finally(() => {
      isVoiced = true;
    });
    await until(() => {
      clock.move(1_000);
      return isVoiced;
    });
    expect(await voicing).toMatchObject({ silent: 0 });
    expect(server.inputs().sort()).toEqual(sentences(1));
    expect(await app.store.renewLease(lease)).toBeNull();
  });

  test('does not delay other sentences', async () => {
    const server = await openSpeechServer();
    const app = await openVoicedApp(server, { concurrency: 1 });
    await app.addProfile('ana', 3, 'marta');
    const lease = await takeSentence(app, GREETING, 'other');
    await app.ensure('ana', 3);
    await untilQuestionsVoiced(app);
    expect(server.inputs()).not.toContain(GREETING);
    await app.store.releaseLease(lease);
    await app.untilVoiced('ana', 3);
    expect(server.inputs().sort()).toEqual(sentences(3));
  });

  test('is waited for together with many others without a warning', async () => {
    const warnings = listenerWarnings();
    const server = await openSpeechServer(() => ({ status: 401 }));
    const app = await openVoicedApp(server);
    await app.addProfile('ana', 12, 'marta');
    await app.ensure('ana');
    await app.voice('ana');
    server.answer = () => 'speak';
    const leases = await Promise.all(sentences(12).map((text, i) => takeSentence(app, text, `other ${i}`)));
    const voicing = app.voice('ana');
    await pause(50);
    for (const lease of leases) await app.store.releaseLease(lease);
    expect(await voicing).toEqual({ voiced: 36, silent: 0 });
    expect(warnings).toEqual([]);
  });
});

test('no further call is made for a sentence when its lease has not been renewed for 15 seconds', async () => {
  const store = await tempSqliteStore();
  const [skipping, areCalled, isLost] = [skippingClock(), newGate(), newGate()];
  // No time passes before the calls. On a busy machine, the leases would be lost while recordings are looked for.
  const clock: Clock = {
    ...skipping,
    sleep: async (...args) => {
      await areCalled.opened;
      return skipping.sleep(...args);
    },
  };
  const renewLease = async () => {
    await isLost.opened;
    throw new Error('no connection');
  };
  let givenUp = 0;
  const releaseLease: Store['releaseLease'] = async (lease) => {
    await store.releaseLease(lease);
    if (lease.key.startsWith('voice:')) givenUp += 1;
  };
  const server = await openSpeechServer(() => ({ status: 503, when: isLost.opened }));
  const app = await openVoicedApp(server, { store: { ...store, renewLease, releaseLease }, clock });
  const logged = (message: string) => app.log.lines.filter((line) => line.startsWith(`warn ${message}`));
  await app.addProfile('ana', 1, 'marta');
  await app.ensure('ana');
  await until(() => server.calls.length === 2);
  areCalled.open();
  await until(() => logged('a lease was not renewed in time').length === 2);
  const lostAt = clock.monotonic();
  isLost.open();
  expect(lostAt).toBeLessThan(15_500);
  await until(() => givenUp === 2);
  expect(server.inputs().sort()).toEqual(sentences(1));
});

test('a sentence that takes long does not delay others', async () => {
  const gate = newGate();
  const server = await openSpeechServer(({ input }) =>
    input === GREETING ? { when: gate.opened } : 'speak',
  );
  const app = await openVoicedApp(server, { concurrency: 2 });
  await app.addProfile('ana', 12, 'marta');
  await app.ensure('ana');
  await untilQuestionsVoiced(app);
  expect(server.inputs().sort()).toEqual(sentences(12));
  gate.open();
  await app.untilVoiced('ana', 12);
  expect(server.calls).toHaveLength(13);
});

test('no more calls are under way than the concurrency allows, over all profiles', async () => {
  const gate = newGate();
  let calls = 0;
  const server = await openSpeechServer(() => {
    calls += 1;
    // The first calls wait for each other, so that as many are under way as may be.
    if (calls === 3) gate.open();
    return { when: gate.opened.then(() => pause(10)) };
  });
  const app = await openVoicedApp(server, { concurrency: 3 });
  const ids = ['ana', 'ben', 'eva', 'leo'];
  for (const id of ids) await app.addProfile(id, 4, `voice of ${id}`);
  await Promise.all(ids.map((id) => app.ensure(id)));
  await Promise.all(ids.map((id) => app.voice(id)));
  expect(server.calls).toHaveLength(4 * 5);
  expect(server.busiest).toBe(3);
});
