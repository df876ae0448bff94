import { getEventListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Store } from '../../src/ports/store.ts';
import { newGate } from '../support/gate.ts';
import { movableClock } from '../support/movable-clock.ts';
import { openObservedStore } from '../support/observed-store.ts';
import { tempSqliteStore } from '../support/test-app.ts';
import { until } from '../support/until.ts';
import { openSpeechServer } from './speech-server.ts';
import { openVoicedApp } from './voiced-app.ts';
import { wavTone } from './wav.ts';

describe('voicing follows a top-up in the background', () => {
  test('every dialog is stored and reported before the provider has answered a call', async () => {
    const gate = newGate();
    const server = await openSpeechServer(() => ({ when: gate.opened }));
    const app = await openVoicedApp(server);
    await app.addProfile('ana', 12, 'marta');
    expect(await app.ensure('ana')).toMatchObject({ outcome: 'SATISFIED', unusedTotal: 12 });
    const before = await app.pool('ana');
    expect(before).toMatchObject({ unusedTotal: 12, voicedTotal: 0 });
    const urls = before.dialogs.flatMap(({ turns }) => turns.map(({ audioUrl }) => audioUrl));
    expect(urls).toEqual(Array(36).fill(null));
    gate.open();
    await app.untilVoiced('ana', 12);
  });

  test('it leaves nothing on signals that live as long as the process', async () => {
    // Node.js 20 keeps a trace of each signal that this makes at the signals that it is made of.
    const any = vi.spyOn(AbortSignal, 'any');
    onTestFinished(() => any.mockRestore());
    const { signal: giveUp } = new AbortController();
    const app = await openVoicedApp(await openSpeechServer(), { giveUp });
    await app.addProfile('ana', 3, 'marta');
    await app.ensure('ana');
    await app.untilVoiced('ana', 3);
    expect(getEventListeners(giveUp, 'abort')).toEqual([]);
    expect(any).not.toHaveBeenCalled();
  });

  test('every turn gets a URL that serves its recording', async () => {
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

  test('the URLs begin with the public URL if one is configured', async () => {
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

  test('a dialog keeps the voice that it was made for when the profile gets another voice', async () => {
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

  test('a dialog without a reference voice stays silent and costs nothing', async () => {
    const server = await openSpeechServer();
    const app = await openVoicedApp(server);
    await app.addProfile('ana', 2, null);
    await app.ensure('ana');
    expect(await app.voice('ana')).toEqual({ voiced: 0, silent: 6 });
    expect(server.calls).toEqual([]);
  });

  test('a dialog that is claimed while it is being voiced still gets its recordings', async () => {
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

describe('silent turns are searched for', () => {
  const searches = (calls: readonly string[]) => calls.filter((name) => name === 'silentDialogPage').length;

  test('once in a top-up, however many dialogs it stores', async () => {
    const { store, during } = await openObservedStore();
    const app = await openVoicedApp(await openSpeechServer(), { store, clock: movableClock() });
    await app.addProfile('ana', 12, 'marta');
    const { calls } = await during(async () => {
      await app.ensure('ana');
      await app.untilVoiced('ana', 12);
    });
    expect(searches(calls)).toBe(1);
  });

  test('at most once for many callers that find the pool full', async () => {
    const { store, during } = await openObservedStore();
    const app = await openVoicedApp(await openSpeechServer(), { store, clock: movableClock() });
    await app.addProfile('ana', 3, 'marta');
    await app.ensure('ana', 3);
    await app.untilVoiced('ana', 3);
    const { calls } = await during(async () => {
      for (let poll = 0; poll < 50; poll += 1) await app.ensure('ana', 3);
    });
    expect(searches(calls)).toBeLessThanOrEqual(1);
  });
});

test('a sentence that was given up because its lease was lost is tried again by the next search', async () => {
  const clock = movableClock();
  const store = await tempSqliteStore();
  const gate = newGate();
  const server = await openSpeechServer(() => ({ status: 503, when: gate.opened }));
  const app = await openVoicedApp(server, { store, clock });
  await app.addProfile('ana', 1, 'marta');
  await app.ensure('ana', 1);
  await until(() => server.calls.length === 2);
  // Another owner has taken the leases, and released them.
  store.renewLease = async (lease) => {
    await store.releaseLease(lease);
    return null;
  };
  clock.move(5_000);
  await until(() => app.log.lines.filter((line) => line.includes('was lost to another owner')).length === 2);
  gate.open();
  await server.untilIdle();
  server.answer = () => 'speak';
  clock.move(10_000);
  await app.ensure('ana', 1);
  await app.untilVoiced('ana', 1);
});

describe('voiceDialogs', () => {
  test('counts each turn once over several callers at the same time', async () => {
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

  test('voices all dialogs, also if they do not fit into one page', async () => {
    const server = await openSpeechServer();
    const app = await openVoicedApp(server, { concurrency: 16 });
    await app.addProfile('ana', 30, 'marta');
    server.answer = () => ({ status: 401 });
    await app.ensure('ana', 30);
    expect(await app.voice('ana')).toEqual({ voiced: 0, silent: 90 });
    server.answer = () => 'speak';
    expect(await app.voice('ana')).toMatchObject({ silent: 0 });
    expect(await app.pool('ana')).toMatchObject({ voicedTotal: 30 });
  });

  test('is answered when the server stops, also if the speech service hangs', async () => {
    const server = await openSpeechServer();
    const givingUp = new AbortController();
    const app = await openVoicedApp(server, { timeoutMs: 600_000, giveUp: givingUp.signal });
    await app.addProfile('ana', 2, 'marta');
    server.answer = () => ({ status: 401 });
    await app.ensure('ana', 2);
    await server.untilIdle();
    const { length: before } = server.calls;
    server.answer = () => 'hang';
    const asking = app.voice('ana');
    await until(() => server.calls.length > before);
    givingUp.abort();
    expect(await asking).toEqual({ voiced: 0, silent: 6 });
  });

  test('refuses an unknown profile', async () => {
    const app = await openVoicedApp(await openSpeechServer());
    await expect(app.voice('nobody')).rejects.toThrow('PROFILE_NOT_FOUND');
  });

  test('ends at an empty page, even if the store says that there are more', async () => {
    const store = await tempSqliteStore();
    let pages = 0;
    const emptyPage = async () => {
      pages += 1;
      if (pages > 10) throw new Error('the search does not end');
      return { nodes: [], hasNextPage: true };
    };
    const endless: Store = { ...store, dialogPage: emptyPage, silentDialogPage: emptyPage };
    const app = await openVoicedApp(await openSpeechServer(), { store: endless });
    await app.addProfile('ana', 1, 'marta');
    expect(await app.voice('ana')).toEqual({ voiced: 0, silent: 0 });
    expect(pages).toBe(2);
  });
});
