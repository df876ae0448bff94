import { createDefaultHttpClient } from '@azure/core-rest-pipeline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { topUpLeaseKey } from '../../src/ports/leases.ts';
import type { Store } from '../../src/ports/store.ts';
import { held, taken } from '../contract/leases.ts';
import {
  present,
  sampleDialog,
  sampleProfile,
  sampleWords,
  second,
  storedPool,
  storedWords,
} from '../contract/samples.ts';
import { type Emulator, startEmulator } from '../emulators/cosmos-emulator.ts';
import { createCourse } from '../support/course.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { openTestApp } from '../support/test-app.ts';
import { traced } from '../support/traced-store.ts';
import { until } from '../support/until.ts';
import { behindProxy } from './behind-proxy.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

describe('a profile that is deleted during a top-up and created again', () => {
  test('has no second unused dialog of a word, because the next top-up waits until the earlier one cannot store any', async () => {
    const { store, direct } = await behindProxy(emulator);
    const [used] = await storedPool(store, 'a', 1);
    await store.markDialogUsed('a', present(used).id, second(1));
    const early = await store.takeLease(topUpLeaseKey('a'), 'early', null);
    const seen = await store.survey('a', [present(used).wordId]);
    expect(seen.histories[0]).toMatchObject({ hasUnusedDialog: false, nextNumber: 1 });

    await direct.store.deleteProfile('a');
    await direct.store.createProfile(sampleProfile('a'));
    const [word] = sampleWords('a', 1);
    await direct.store.addWords('a', [present(word)]);
    const withdrawn = await direct.store.takeLease(topUpLeaseKey('a'), 'late', null);
    expect(withdrawn.owner).not.toBe('late');
    // The lease that a waiter saw before the deletion cannot be taken over: it has to watch the withdrawn one.
    expect(await taken(direct.store, topUpLeaseKey('a'), 'late', early)).toBeNull();
    // The former owner has not noticed the loss of its lease yet.
    expect(await store.createDialog(sampleDialog(present(word), 1), held(early))).toBe(true);
    expect(await store.renewLease(early)).toBeNull();
    await store.releaseLease(early);

    expect(await taken(direct.store, topUpLeaseKey('a'), 'late')).toBeNull();
    expect(await taken(direct.store, topUpLeaseKey('a'), 'late', withdrawn)).not.toBeNull();
    const now = await direct.store.survey('a', [present(word).id]);
    expect(now).toMatchObject({ unusedTotal: 1, histories: [{ hasUnusedDialog: true }] });
  });

  test('is topped up at once if no top-up was running', async () => {
    const { store } = await behindProxy(emulator);
    await storedPool(store, 'a', 1);
    await store.releaseLease(await store.takeLease(topUpLeaseKey('a'), 'early', null));
    await store.deleteProfile('a');
    await store.createProfile(sampleProfile('a'));
    expect(await taken(store, topUpLeaseKey('a'), 'late')).not.toBeNull();
  });
});

test.each<[string, container: string, remove: (store: Store, wordId: string) => Promise<unknown>]>([
  ['word', 'words', (store, wordId) => store.removeWords('a', [wordId])],
  ['profile', 'profiles', (store) => store.deleteProfile('a')],
])(
  'a dialog that a top-up stores just before its %s is deleted is deleted too',
  async (_, container, remove) => {
    const wire = createDefaultHttpClient();
    let storing: Promise<boolean> | null = null;
    const { store, direct } = await behindProxy(emulator, {
      httpClient: {
        async sendRequest(request) {
          if (request.method === 'DELETE' && request.url.includes(`/colls/${container}/`)) {
            storing ??= direct.store.createDialog(sampleDialog(word));
            await storing;
          }
          return wire.sendRequest(request);
        },
      },
    });
    const word = present((await storedWords(direct.store, 'a', 1))[0]);
    await remove(store, word.id);
    expect(await storing).toBe(true);
    expect(await direct.store.dialogCounts(['a'])).toEqual([{ unused: 0, used: 0 }]);
  },
);

test('nobody pays for the words of a profile with autoTopUp whose deletion was interrupted', async () => {
  const wire = createDefaultHttpClient();
  let deletions = 0;
  const { store, direct } = await behindProxy(emulator, {
    limits: { attempt: 300, request: 400 },
    httpClient: {
      async sendRequest(request) {
        if (request.method === 'DELETE') deletions += 1;
        if (deletions > 6) throw Object.assign(new Error('killed'), { code: 'ECONNRESET' });
        return wire.sendRequest(request);
      },
    },
  });
  await createCourse(direct.store, { id: 'a', teaching: 40, minDialogs: 10 });
  await direct.store.updateProfile('a', { autoTopUp: true });
  await expect(store.deleteProfile('a')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect((await direct.store.wordCounts(['a']))[0]?.teaching).toBeGreaterThan(20);

  const generator = scriptedGenerator();
  const { store: maintained, calls } = traced(direct.store);
  const { pool } = await openTestApp({ store: maintained, generator, maintenanceMs: 20 });
  await until(() => calls.filter(({ name }) => name === 'profilePage').length > 2);
  await pool.finish(0);
  expect(generator.asked).toEqual([]);
  await direct.store.deleteProfile('a');
  expect(await direct.store.profiles(['a'])).toEqual([null]);
});
