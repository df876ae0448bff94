import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  present,
  sampleDialog,
  sampleProfile,
  sampleWords,
  second,
  storedPool,
} from '../contract/samples.ts';
import { type Emulator, startEmulator } from '../emulators/cosmos-emulator.ts';
import { behindProxy } from './behind-proxy.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

describe('a profile that is deleted during a top-up and created again', () => {
  test('has no second unused dialog of a word: the next top-up waits until the earlier one cannot store', async () => {
    const { store, direct } = await behindProxy(emulator);
    const [used] = await storedPool(store, 'a', 1);
    await store.markDialogUsed('a', present(used).id, second(1));
    const early = present(await store.takeLease('a', 'early', second(0), second(20)));
    const seen = await store.survey('a', [present(used).wordId]);
    expect(seen.histories[0]).toMatchObject({ hasUnusedDialog: false, nextNumber: 1 });

    await direct.store.deleteProfile('a');
    await direct.store.createProfile(sampleProfile('a'));
    const [word] = sampleWords('a', 1);
    await direct.store.addWords('a', [present(word)]);
    expect(await direct.store.takeLease('a', 'late', second(1), second(21))).toBeNull();
    // The owner of the lease has not noticed yet.
    expect(await store.createDialog(sampleDialog(present(word), 1))).toBe(true);
    expect(await store.renewLease(early, second(40))).toBeNull();
    await store.releaseLease(early);

    expect(await direct.store.takeLease('a', 'late', second(19), second(39))).toBeNull();
    expect(await direct.store.takeLease('a', 'late', second(20), second(40))).not.toBeNull();
    const now = await direct.store.survey('a', [present(word).id]);
    expect(now).toMatchObject({ unusedTotal: 1, histories: [{ hasUnusedDialog: true }] });
  });

  test('is topped up at once where none was under way', async () => {
    const { store } = await behindProxy(emulator);
    await storedPool(store, 'a', 1);
    await store.releaseLease(present(await store.takeLease('a', 'early', second(0), second(20))));
    await store.deleteProfile('a');
    await store.createProfile(sampleProfile('a'));
    expect(await store.takeLease('a', 'late', second(1), second(21))).not.toBeNull();
  });
});
