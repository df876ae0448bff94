import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Dialog } from '../../src/model/dialog.ts';
import type { Lease } from '../../src/ports/leases.ts';
import { disposing } from '../contract/opened-store.ts';
import {
  idsOf,
  present,
  sampleDialog,
  sampleWords,
  second,
  storedPool,
  storedWords,
} from '../contract/samples.ts';
import { openFreshFile } from './opened-file.ts';
import { StoreProcess } from './store-process.ts';

const open = disposing(openFreshFile);

describe('four processes on one file', () => {
  let processes: StoreProcess[] = [];

  beforeAll(async () => {
    processes = await Promise.all(Array.from({ length: 4 }, () => StoreProcess.start()));
  });

  afterAll(() => Promise.all(processes.map((process) => process.kill())));

  /** Calls `act` the given number of times in each process, all of them concurrently. */
  async function everywhere<Result>(
    path: string,
    times: number,
    act: (process: StoreProcess, caller: number) => Promise<Result>,
  ): Promise<Result[]> {
    await Promise.all(processes.map((process) => process.open(path)));
    return Promise.all(
      Array.from({ length: times * processes.length }, (_, caller) =>
        act(present(processes[caller % processes.length]), caller),
      ),
    );
  }

  test('can all open it first', async () => {
    const { path } = await open();
    for (const round of ['1', '2', '3', '4', '5']) {
      const fresh = join(dirname(path), round, 'pool.db');
      const counts = await everywhere(fresh, 1, (process) => process.call('dialogCounts', ['a']));
      expect(counts).toEqual(processes.map(() => [{ unused: 0, used: 0 }]));
    }
  });

  test('create one unused dialog for a word, under any ids', async () => {
    const { store, path } = await open();
    const words = await storedWords(store, 'a', 10);
    const created = await everywhere(path, 50, (process, caller) => {
      const word = present(words[Math.floor(caller / 20)]);
      return process.call('createDialog', sampleDialog(word, 0, { id: `by ${caller}` }));
    });
    expect(created.filter(Boolean)).toHaveLength(10);
    expect(await store.unusedTotal('a')).toBe(10);
    expect(await store.unusedDialogs(words.map((word) => ({ ...word, wordId: word.id })))).not.toContain(
      null,
    );
  });

  test('leave no unused dialog of a word that one of them removes', async () => {
    const { store, path } = await open();
    const words = await storedWords(store, 'a', 60);
    await everywhere(path, 60, async (process, caller) => {
      const word = present(words[caller % 60]);
      if (caller % 2 === 0) await process.call('createDialog', sampleDialog(word, 0, { id: `by ${caller}` }));
      else await process.call('removeWords', 'a', [word.id]);
    });
    const left = await store.wordPage('a', null, { first: 100, after: null });
    const { nodes } = await store.dialogPage('a', false, { first: 100, after: null });
    const ids = idsOf(left.nodes);
    expect(nodes.filter((dialog) => !ids.includes(dialog.wordId))).toEqual([]);
  });

  test('give each dialog to one caller, and each caller as many as it asked for while there are enough', async () => {
    const { store, path } = await open();
    const dialogs = await storedPool(store, 'a', 200);
    const claims = await everywhere(path, 20, (process, caller) =>
      process.call('claimDialogs', 'a', 3, second(1000), `claim ${caller}`),
    );
    expect(claims.map((claim) => claim.length).sort()).toEqual([
      ...new Array(13).fill(0),
      2,
      ...new Array(66).fill(3),
    ]);
    expect(idsOf(claims.flat()).sort()).toEqual(idsOf(dialogs).sort());
  });

  test('give callers with the same key the same dialogs, and other callers different ones', async () => {
    const { store, path } = await open();
    const dialogs = await storedPool(store, 'a', 100);
    const claims = await everywhere(path, 20, async (process, caller) => {
      const key = caller % 4 === 0 ? undefined : `key ${Math.floor(caller / 8)}`;
      const claimed = await process.call('claimDialogs', 'a', 2, second(1000), `claim ${caller}`, key);
      return { key: key ?? `caller ${caller}`, ids: idsOf(claimed).join() };
    });
    const byKey = new Map(claims.map(({ key, ids }) => [key, ids]));
    for (const { key, ids } of claims) expect(ids, key).toBe(byKey.get(key));
    const handed = [...byKey.values()].flatMap((ids) => ids.split(','));
    expect(handed).toHaveLength(60);
    expect(new Set(handed).size).toBe(60);
    expect(idsOf(dialogs)).toEqual(expect.arrayContaining(handed));
    expect(await store.unusedTotal('a')).toBe(40);
  });

  test('add each word once', async () => {
    const { store, path } = await open();
    await storedWords(store, 'a', 0);
    const words = sampleWords('a', 200);
    const results = await everywhere(path, 3, (process) => process.call('addWords', 'a', words));
    expect(results.map(({ added }) => added.length).sort()).toEqual([...new Array(11).fill(0), 200]);
    expect(await store.wordCounts(['a'])).toEqual([{ pending: 0, teaching: 200, learned: 0 }]);
  });

  test('keep all concurrent changes of different fields of a profile', async () => {
    const { store, path } = await open();
    await storedWords(store, 'a', 0);
    const changes = ['name', 'nativeLanguage', 'targetLanguage', 'refVoiceId'] as const;
    await everywhere(path, 50, (process, caller) =>
      process.call('updateProfile', 'a', { [present(changes[caller % 4])]: `${caller}` }),
    );
    expect(await store.profiles(['a'])).toMatchObject([
      { name: '196', nativeLanguage: '197', targetLanguage: '198', refVoiceId: '199' },
    ]);
  });

  test('give a lease to one owner, and a lease that is not renewed to one other owner', async () => {
    const { store, path } = await open();
    await storedWords(store, 'a', 0);
    let seen: Lease | null = null;
    for (const round of [1, 2, 3]) {
      const before: Lease | null = seen;
      const leases: Lease[] = await everywhere(path, 10, (process, caller) =>
        process.call('takeLease', 'a', `owner ${round} ${caller}`, before),
      );
      // All callers get the same lease: the one that took it, and those that were too late.
      expect(new Set(leases.map(({ owner }) => owner)).size).toBe(1);
      seen = present(leases[0]);
      expect(seen.owner).toContain(`owner ${round}`);
    }
  });
});

describe('a process that is killed', () => {
  test('has stored every dialog that it acknowledged, and the next process can go on', async () => {
    const { store, path } = await open();
    const dialogs = (await storedWords(store, 'a', 600)).map((word) => sampleDialog(word));
    for (const [round, stopAfter] of [1, 20, 60].entries()) {
      const writer = await StoreProcess.start();
      await writer.open(path);
      const lease = await writer.call('takeLease', 'a', `owner ${round}`, null);
      const acknowledged: Dialog[] = [];
      const calls = dialogs.slice(round * 200, round * 200 + 200).map(async (dialog) => {
        if (await writer.call('createDialog', dialog)) acknowledged.push(dialog);
        if (acknowledged.length === stopAfter) await writer.kill();
      });
      await Promise.allSettled(calls);
      expect(acknowledged.length).toBeGreaterThanOrEqual(stopAfter);
      const keys = idsOf(acknowledged).map((dialogId) => ({ profileId: 'a', dialogId }));
      expect(await store.dialogs(keys)).toEqual(acknowledged);
      expect((await store.takeLease('a', `next ${round}`, null)).owner).toBe(`owner ${round}`);
      const next = await store.takeLease('a', `next ${round}`, lease);
      expect(next.owner).toBe(`next ${round}`);
      await store.releaseLease(next);
    }
    for (const dialog of dialogs) await store.createDialog(dialog);
    expect(await store.dialogCounts(['a'])).toEqual([{ unused: 600, used: 0 }]);
  });

  test('has added either all of a thousand words or none', async () => {
    const { store, path } = await open();
    for (const [round, delay] of [1, 4, 8, 16].entries()) {
      const id = `profile ${round}`;
      await storedWords(store, id, 0);
      const writer = await StoreProcess.start();
      await writer.open(path);
      const adding = writer.call('addWords', id, sampleWords(id, 1000)).catch(() => null);
      await new Promise((resolve) => setTimeout(resolve, delay));
      await writer.kill();
      const { teaching } = present((await store.wordCounts([id]))[0]);
      expect([0, 1000]).toContain(teaching);
      if ((await adding) !== null) expect(teaching).toBe(1000);
    }
  });
});
