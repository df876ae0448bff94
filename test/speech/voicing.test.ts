import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { openAudioBlobs } from '../../src/adapters/audio-blob/audio-blob.ts';
import { openAudioFolder } from '../../src/adapters/audio-folder/audio-folder.ts';
import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts';
import { systemClock } from '../../src/adapters/system/system-clock.ts';
import { recordingHash } from '../../src/model/recording.ts';
import type { Store } from '../../src/ports/store.ts';
import { type Azurite, startAzurite } from '../emulators/azurite.ts';
import { fastClock } from '../support/clocks.ts';
import { openObservedStore } from '../support/observed-store.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { tempSqliteStore } from '../support/test-app.ts';
import { type Answer, openSpeechServer, type SpeechCall } from './speech-server.ts';
import { GREETING, question } from './talk-generator.ts';
import { KEY, openVoicedApp } from './voiced-app.ts';
import { wavTone } from './wav.ts';

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
  return azurite.stop;
});

/** The distinct sentences of the dialogs of so many words. */
function sentences(words: number): string[] {
  return [GREETING, ...Array.from({ length: words }, (_, i) => question(`teaching ${i}`))].sort();
}

/** Something to wait for until it is opened. */
function newGate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

describe('voicing follows the making of dialogs', () => {
  test('and never holds it up: every dialog is stored and reported while the provider has yet to answer', async () => {
    const gate = newGate();
    const server = await openSpeechServer(() => ({ when: gate.opened }));
    const app = await openVoicedApp(server);
    await app.addProfile('ana', 12, 'marta');
    expect(await app.ensure('ana')).toMatchObject({ outcome: 'SATISFIED', unusedTotal: 12 });
    const before = await app.pool('ana');
    expect(before).toMatchObject({ unusedTotal: 12, voicedTotal: 0 });
    expect(before.dialogs.flatMap(({ turns }) => turns).every(({ audioUrl }) => audioUrl === null)).toBe(
      true,
    );
    gate.open();
    await app.untilVoiced('ana', 12);
  });

  test('and gives every turn a URL under which it is heard', async () => {
    const app = await openVoicedApp(await openSpeechServer());
    await app.addProfile('ana', 3, 'marta');
    await app.ensure('ana');
    await app.untilVoiced('ana', 3);
    const { dialogs } = await app.pool('ana');
    for (const { audioUrl } of dialogs.flatMap(({ turns }) => turns)) {
      expect(audioUrl).toMatch(/^http:\/\/127\.0\.0\.1\/audio\/[0-9a-f]{64}\.wav$/);
      const response = await app.app.fetch(audioUrl ?? '');
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('audio/wav');
      expect(Buffer.from(await response.arrayBuffer()).equals(wavTone(0.05))).toBe(true);
    }
  });

  test('and the URL is below the one that the server is known by, where it is told of one', async () => {
    const publicUrl = 'https://dialogs.example.com/pool';
    const app = await openVoicedApp(await openSpeechServer(), { publicUrl });
    await app.addProfile('ana', 1, 'marta');
    await app.ensure('ana', 1);
    await app.untilVoiced('ana', 1);
    const { dialogs } = await app.pool('ana');
    for (const { audioUrl } of dialogs.flatMap(({ turns }) => turns)) {
      expect(audioUrl).toMatch(/^https:\/\/dialogs\.example\.com\/pool\/audio\/[0-9a-f]{64}\.wav$/);
    }
  });

  test('in the voice that the dialog was made for, which a change of the profile leaves to it', async () => {
    const server = await openSpeechServer((call) => (call.voice === 'marta' ? { status: 400 } : 'speak'));
    const app = await openVoicedApp(server);
    await app.addProfile('ana', 2, 'marta');
    const { createdIds } = await app.ensure('ana', 1);
    await app.voice('ana');
    await app.store.updateProfile('ana', { refVoiceId: 'jorge' });
    await app.ensure('ana', 2);
    await app.untilVoiced('ana', 1);
    server.answer = () => 'speak';
    expect(await app.voice('ana')).toEqual({ voiced: 3, silent: 0 });
    const { dialogs } = await app.pool('ana');
    for (const { id, refVoiceId } of dialogs)
      expect(refVoiceId).toBe(createdIds.includes(id) ? 'marta' : 'jorge');
    const voiceOf = new Map(server.calls.map(({ input, voice }) => [input, voice]));
    for (const { refVoiceId, turns } of dialogs) expect(voiceOf.get(turns[1]?.text ?? '')).toBe(refVoiceId);
  });

  test('and leaves dialogs without a reference voice silent, at no cost', async () => {
    const server = await openSpeechServer();
    const app = await openVoicedApp(server);
    await app.addProfile('ana', 2, null);
    await app.ensure('ana');
    expect(await app.voice('ana')).toEqual({ voiced: 0, silent: 6 });
    expect(server.calls).toEqual([]);
  });

  test('and gives a dialog that was claimed meanwhile its recordings all the same', async () => {
    const gate = newGate();
    const app = await openVoicedApp(await openSpeechServer(() => ({ when: gate.opened })));
    await app.addProfile('ana', 1, 'marta');
    await app.ensure('ana');
    await app.store.claimDialogs('ana', 1, new Date(), 'claim');
    gate.open();
    for (;;) {
      const { voicedTotal, dialogs } = await app.pool('ana');
      expect(voicedTotal).toBe(0);
      if (dialogs.every(({ isUsed, turns }) => isUsed && turns.every(({ audioUrl }) => audioUrl))) break;
      await pause(20);
    }
  });
});

describe('what is silent is looked for', () => {
  const scans = (calls: readonly string[]) => calls.filter((name) => name === 'silentDialogPage').length;

  test('once by a top-up, however many dialogs it stores', async () => {
    const { store, during } = await openObservedStore();
    const app = await openVoicedApp(await openSpeechServer(), { store });
    await app.addProfile('ana', 12, 'marta');
    const { calls } = await during(async () => {
      await app.ensure('ana');
      await app.untilVoiced('ana', 12);
    });
    expect(scans(calls)).toBe(1);
  });

  test('not by each of many callers who find the pool full', async () => {
    const { store, during } = await openObservedStore();
    const app = await openVoicedApp(await openSpeechServer(), { store });
    await app.addProfile('ana', 3, 'marta');
    await app.ensure('ana', 3);
    await app.untilVoiced('ana', 3);
    const { calls } = await during(async () => {
      for (let poll = 0; poll < 50; poll += 1) await app.ensure('ana', 3);
    });
    expect(scans(calls)).toBeLessThanOrEqual(1);
  });
});

describe.each([
  ['a folder', (folder: string) => openAudioFolder(join(folder, 'audio'))],
  ['Azure Blob Storage', () => openAudioBlobs({ connectionString: azurite.connectionString })],
])('a sentence that is kept in %s is bought once', (_, openAudio) => {
  test('however many turns, dialogs and profiles say it in the same voice', async () => {
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

  test('by two callers on the same data, who voice the same at the same time', async () => {
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

describe('a sentence is bought once', () => {
  test('also where the process that was at it has died, once it has not renewed its lease for long', async () => {
    const server = await openSpeechServer();
    const app = await openVoicedApp(server, { clock: fastClock(50) });
    await app.addProfile('ana', 1, 'marta');
    const hash = recordingHash('voice-1', { text: GREETING, language: 'es', voice: 'marta' });
    const lease = await app.store.takeLease(`voice:${hash}`, 'dead', null);
    await app.ensure('ana');
    expect(await app.voice('ana')).toMatchObject({ silent: 0 });
    expect(server.inputs().sort()).toEqual(sentences(1));
    expect(await app.store.renewLease(lease)).toBeNull();
  });

  test('and holds up no other while another process is at it', async () => {
    const server = await openSpeechServer();
    const app = await openVoicedApp(server, { concurrency: 1 });
    await app.addProfile('ana', 3, 'marta');
    const hash = recordingHash('voice-1', { text: GREETING, language: 'es', voice: 'marta' });
    const lease = await app.store.takeLease(`voice:${hash}`, 'other', null);
    await app.ensure('ana', 3);
    const questions = async () => (await app.pool('ana')).dialogs.map(({ turns }) => turns[1]?.audioUrl);
    while ((await questions()).includes(null)) await pause(20);
    expect(server.inputs()).not.toContain(GREETING);
    await app.store.releaseLease(lease);
    await app.untilVoiced('ana', 3);
    expect(server.inputs().sort()).toEqual(sentences(3));
  });

  test('and holds up no other while it takes long', async () => {
    const gate = newGate();
    const server = await openSpeechServer(({ input }) =>
      input === GREETING ? { when: gate.opened } : 'speak',
    );
    const app = await openVoicedApp(server, { concurrency: 2 });
    await app.addProfile('ana', 12, 'marta');
    await app.ensure('ana');
    const questions = async () => (await app.pool('ana')).dialogs.map(({ turns }) => turns[1]?.audioUrl);
    while ((await questions()).includes(null)) await pause(20);
    expect(server.inputs().sort()).toEqual(sentences(12));
    gate.open();
    await app.untilVoiced('ana', 12);
    expect(server.calls).toHaveLength(13);
  });

  test('and no more at once than the concurrency allows, over all profiles', async () => {
    const gate = newGate();
    let calls = 0;
    const server = await openSpeechServer(() => {
      calls += 1;
      // The first calls wait for each other, so that there are as many at once as there may be.
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
});

describe('whatever the provider does, every dialog is stored, and what stayed silent is voiced later', () => {
  const large = { contentType: 'audio/mpeg', body: Buffer.alloc(10 * 1024 * 1024 + 1) };

  test.each<[string, Answer, callsOfAnAttempt: number]>([
    ['refuses the key', { status: 401 }, 4],
    ['answers text', { contentType: 'text/plain', body: 'busy' }, 8],
    ['answers too much', large, 8],
    ['hangs', 'hang', 8],
    ['resets', 'reset', 24],
  ])('it %s', async (_, answer, callsOfAnAttempt) => {
    const server = await openSpeechServer(() => answer);
    const app = await openVoicedApp(server, { timeoutMs: answer === 'hang' ? 300 : 20_000 });
    await app.addProfile('ana', 12, 'marta');
    expect(await app.ensure('ana')).toMatchObject({ outcome: 'SATISFIED', unusedTotal: 12 });
    expect(await app.voice('ana')).toEqual({ voiced: 0, silent: 36 });
    // One attempt in the background, one for the caller who waits, and time for one more in the background.
    expect(server.calls.length).toBeLessThanOrEqual(3 * callsOfAnAttempt);
    expect(await app.pool('ana')).toMatchObject({ unusedTotal: 12, voicedTotal: 0 });
    server.answer = () => 'speak';
    expect(await app.voice('ana')).toMatchObject({ silent: 0 });
    expect(await app.pool('ana')).toMatchObject({ unusedTotal: 12, voicedTotal: 12 });
    expect(app.log.lines.join('\n')).not.toContain(KEY);
  });

  test('it is slow', async () => {
    const server = await openSpeechServer(() => ({ when: pause(150) }));
    const app = await openVoicedApp(server);
    await app.addProfile('ana', 12, 'marta');
    expect(await app.ensure('ana')).toMatchObject({ outcome: 'SATISFIED', unusedTotal: 12 });
    await app.untilVoiced('ana', 12);
    expect(server.inputs().sort()).toEqual(sentences(12));
  });

  test.each<[string, Answer, tries: number]>([
    ['refuses', { status: 400 }, 1],
    ['fails at', { status: 500, headers: { 'retry-after': '0' } }, 3],
    ['hangs at', 'hang', 1],
    ['answers no audio to', { contentType: 'application/json', body: '{}' }, 1],
  ])('it %s one sentence: all others are voiced', async (_, answer, tries) => {
    const poison = question('teaching 7');
    const failing = (call: SpeechCall): Answer => (call.input === poison ? answer : 'speak');
    const server = await openSpeechServer(failing);
    const app = await openVoicedApp(server, { timeoutMs: answer === 'hang' ? 1_000 : 20_000 });
    await app.addProfile('ana', 12, 'marta');
    await app.ensure('ana');
    await app.untilVoiced('ana', 11);
    expect(await app.voice('ana')).toEqual({ voiced: 0, silent: 1 });
    expect(
      server
        .inputs()
        .filter((input) => input !== poison)
        .sort(),
    ).toEqual(sentences(12).filter((sentence) => sentence !== poison));
    // Once in the background and once for the caller who waits.
    expect(server.inputs().filter((input) => input === poison)).toHaveLength(2 * tries);
    server.answer = () => 'speak';
    expect(await app.voice('ana')).toEqual({ voiced: 1, silent: 0 });
  });

  test('a sentence that failed is left alone for a while, but for a caller who waits', async () => {
    const poison = question('teaching 1');
    const server = await openSpeechServer(({ input }) => (input === poison ? { status: 400 } : 'speak'));
    let passed = 0;
    const clock = { ...systemClock, monotonic: () => performance.now() + passed };
    const app = await openVoicedApp(server, { clock });
    await app.addProfile('ana', 3, 'marta');
    await app.ensure('ana', 3);
    await app.untilVoiced('ana', 2);
    const tries = () => server.inputs().filter((input) => input === poison).length;
    expect(await app.voice('ana')).toEqual({ voiced: 0, silent: 1 });
    expect(tries()).toBe(2);
    // Every poll looks for what is silent; after two failures the pause is a minute.
    for (let poll = 0; poll < 5; poll += 1) {
      passed += 11_000;
      await app.ensure('ana', 3);
      await pause(30);
    }
    expect(tries()).toBe(2);
    passed += 11_000;
    await app.ensure('ana', 3);
    while (tries() < 3) await pause(20);
    server.answer = () => 'speak';
    expect(await app.voice('ana')).toMatchObject({ silent: 0 });
  });

  test('the next top-up takes up what stayed silent, after a pause', async () => {
    const server = await openSpeechServer(() => ({ status: 401 }));
    const app = await openVoicedApp(server);
    await app.addProfile('ana', 3, 'marta');
    await app.ensure('ana', 3);
    expect(await app.voice('ana')).toEqual({ voiced: 0, silent: 9 });
    server.answer = () => 'speak';
    expect(await app.ensure('ana', 3)).toMatchObject({ createdIds: [] });
    await app.untilVoiced('ana', 3);
  });

  test('a profile whose voice is unknown to the provider holds up no other', async () => {
    const server = await openSpeechServer((call) => (call.voice === 'nobody' ? { status: 404 } : 'speak'));
    const app = await openVoicedApp(server);
    await app.addProfile('ana', 12, 'marta');
    await app.addProfile('ben', 12, 'nobody');
    await Promise.all([app.ensure('ben'), app.ensure('ana')]);
    await app.untilVoiced('ana', 12);
    expect(await app.voice('ben')).toEqual({ voiced: 0, silent: 36 });
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

    test('is told to the caller, masked, and logged as one', async () => {
      const { app } = await openWithDefect();
      await app.store.updateProfile('ana', { refVoiceId: null });
      await app.ensure('ana', 1);
      expect(await app.voice('ana')).toEqual({ voiced: 0, silent: 3 });
      await app.store.updateProfile('ana', { refVoiceId: 'marta' });
      await app.ensure('ana', 2);
      await expect(app.voice('ana')).rejects.toThrow('INTERNAL_SERVER_ERROR');
      expect(app.log.lines.filter((line) => line.startsWith('error an unexpected error {'))).toHaveLength(1);
    });

    test('in the background is logged as one, and what it costs is bounded', async () => {
      const { server, app } = await openWithDefect();
      await app.ensure('ana', 3);
      while (app.log.lines.every((line) => !line.startsWith('error '))) await pause(5);
      expect(app.log.lines.find((line) => line.startsWith('error '))).toMatch(
        /^error an unexpected error while dialogs were being voiced .*no such method/u,
      );
      for (let i = 0; i < 20; i += 1) await app.ensure('ana', 3);
      expect(server.calls.length).toBeLessThanOrEqual(3);
      expect((await app.pool('ana')).unusedTotal).toBe(3);
    });
  });

  test('a folder that cannot be written to costs a few calls, and nothing else', async () => {
    const folder = join(await tempFolder(), 'audio');
    const server = await openSpeechServer();
    const app = await openVoicedApp(server, { audio: await openAudioFolder(folder) });
    await rm(folder, { recursive: true });
    await app.addProfile('ana', 12, 'marta');
    expect(await app.ensure('ana')).toMatchObject({ outcome: 'SATISFIED', unusedTotal: 12 });
    expect(await app.voice('ana')).toEqual({ voiced: 0, silent: 36 });
    expect(server.calls.length).toBeLessThanOrEqual(8);
    await mkdir(folder);
    expect(await app.voice('ana')).toEqual({ voiced: 36, silent: 0 });
  });
});

describe('voiceDialogs', () => {
  test('counts each turn once among callers at the same time', async () => {
    const server = await openSpeechServer(() => ({ status: 503, headers: { 'retry-after': '60' } }));
    const app = await openVoicedApp(server);
    await app.addProfile('ana', 6, 'marta');
    await app.ensure('ana');
    await app.voice('ana');
    server.answer = () => ({ when: pause(20) });
    const reports = await Promise.all([app.voice('ana'), app.voice('ana'), app.voice('ana')]);
    expect(reports.map(({ silent }) => silent)).toEqual([0, 0, 0]);
    expect(reports.reduce((sum, { voiced }) => sum + voiced, 0)).toBe(18);
  });

  test('of more dialogs than one page holds voices them all', async () => {
    const server = await openSpeechServer();
    const app = await openVoicedApp(server, { concurrency: 16 });
    await app.addProfile('ana', 60, 'marta');
    server.answer = () => ({ status: 401 });
    await app.ensure('ana', 60);
    expect(await app.voice('ana')).toEqual({ voiced: 0, silent: 180 });
    server.answer = () => 'speak';
    expect(await app.voice('ana')).toEqual({ voiced: 180, silent: 0 });
    expect(await app.pool('ana')).toMatchObject({ voicedTotal: 60 });
  });

  test('of an unknown profile is refused', async () => {
    const app = await openVoicedApp(await openSpeechServer());
    await expect(app.voice('nobody')).rejects.toThrow('PROFILE_NOT_FOUND');
  });

  test('ends at an empty page, also where the store says that there are more', async () => {
    const store = await tempSqliteStore();
    let pages = 0;
    const emptyPage = async () => {
      pages += 1;
      if (pages > 10) throw new Error('asked for ever');
      return { nodes: [], hasNextPage: true };
    };
    const endless: Store = { ...store, dialogPage: emptyPage, silentDialogPage: emptyPage };
    const app = await openVoicedApp(await openSpeechServer(), { store: endless });
    await app.addProfile('ana', 1, 'marta');
    expect(await app.voice('ana')).toEqual({ voiced: 0, silent: 0 });
    expect(pages).toBe(2);
  });
});
