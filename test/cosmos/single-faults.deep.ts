import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Store } from '../../src/ports/store.ts';
import { taken } from '../contract/leases.ts';
import {
  idsOf,
  present,
  sampleDialog,
  sampleProfile,
  sampleTopUp,
  sampleWords,
  second,
  storedWords,
} from '../contract/samples.ts';
import { type Emulator, startEmulator } from '../emulators/cosmos-emulator.ts';
import { behindProxy } from './behind-proxy.ts';
import { FAULTS } from './faults.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

/** A use of a store in which the profile has two words, and the first of them has an unused dialog. */
interface Scene {
  /** The kind of the request that fails the first time. */
  readonly operation: string;
  act(store: Store): Promise<unknown>;
  readonly result: unknown;
}

function scenes(id: string): Record<string, Scene> {
  const words = sampleWords(id, 2);
  const [first, other] = [present(words[0]), present(words[1])];
  const dialog = sampleDialog(first);
  const used = { ...dialog, isUsed: true, usedAt: second(9) };
  return {
    'reading a profile': {
      operation: 'read profiles',
      act: (store) => store.profiles([id]),
      result: [sampleProfile(id)],
    },
    'creating a profile': {
      operation: 'create profiles',
      act: async (store) => {
        await store.createProfile(sampleProfile(`${id}-new`));
        return store.profiles([`${id}-new`]);
      },
      result: [sampleProfile(`${id}-new`)],
    },
    'changing a profile': {
      operation: 'replace profiles',
      act: (store) => store.updateProfile(id, { name: 'new' }),
      result: sampleProfile(id, { name: 'new' }),
    },
    'deleting a profile': {
      operation: 'delete profiles',
      act: async (store) => {
        await store.deleteProfile(id);
        return [await store.profiles([id]), await store.wordCounts([id]), await store.dialogCounts([id])];
      },
      result: [[null], [{ pending: 0, teaching: 0, learned: 0 }], [{ unused: 0, used: 0 }]],
    },
    'listing words': {
      operation: 'query words',
      act: (store) => store.wordPage(id, null, { first: 5, after: null }),
      result: { nodes: words, hasNextPage: false },
    },
    'adding words': {
      operation: 'create words',
      act: (store) => store.addWords(id, sampleWords(id, 4)),
      result: { added: sampleWords(id, 4).slice(2), existing: words },
    },
    'setting a state': {
      operation: 'replace words',
      act: (store) => store.setWordState(id, idsOf(words), 'learned'),
      result: words.map((word) => ({ ...word, state: 'learned' })),
    },
    'removing words': {
      operation: 'delete words',
      act: (store) => store.removeWords(id, idsOf(words)),
      result: idsOf(words),
    },
    'creating a dialog': {
      operation: 'create dialogs',
      act: async (store) => [await store.createDialog(sampleDialog(other)), await store.unusedTotal(id)],
      result: [true, 2],
    },
    'creating a dialog whose id is taken': {
      operation: 'create dialogs',
      act: async (store) => [
        await store.createDialog({ ...dialog, generator: 'another' }),
        await store.dialogs([{ profileId: id, dialogId: dialog.id }]),
      ],
      result: [false, [dialog]],
    },
    'finding dialogs to claim': {
      operation: 'query dialogs',
      act: (store) => store.claimDialogs(id, 3, second(9), 'claim 1'),
      result: [used],
    },
    'claiming a dialog': {
      operation: 'replace dialogs',
      act: async (store) => [
        await store.claimDialogs(id, 3, second(9), 'claim 1'),
        await store.claimDialogs(id, 3, second(10), 'claim 2'),
      ],
      result: [[used], []],
    },
    'marking a dialog used': {
      operation: 'replace dialogs',
      act: (store) => store.markDialogUsed(id, dialog.id, second(9)),
      result: used,
    },
    'taking a lease': {
      operation: 'create leases',
      act: async (store) => [(await taken(store, id, 'one'))?.owner, await taken(store, id, 'two')],
      result: ['one', null],
    },
    'taking a lease over': {
      operation: 'replace leases',
      act: async (store) => {
        const seen = await store.takeLease(id, 'one', null);
        return [(await taken(store, id, 'two', seen))?.owner, await taken(store, id, 'three', seen)];
      },
      result: ['two', null],
    },
    'renewing a lease': {
      operation: 'replace leases',
      act: async (store) => {
        const first = await store.takeLease(id, 'one', null);
        const renewed = present(await store.renewLease(first));
        const again = present(await store.renewLease(renewed));
        return new Set([first.version, renewed.version, again.version]).size;
      },
      result: 3,
    },
    'creating a top-up': {
      operation: 'create top_ups',
      act: async (store) => [
        (await store.createTopUp(sampleTopUp(id, 'one')))?.state,
        await store.createTopUp(sampleTopUp(id, 'one')),
      ],
      result: ['running', null],
    },
    'saving a top-up': {
      operation: 'replace top_ups',
      act: async (store) => {
        const first = present(await store.createTopUp(sampleTopUp(id, 'one')));
        const second_ = present(await store.saveTopUp(first));
        const third = present(await store.saveTopUp(second_));
        const versions = new Set([first.version, second_.version, third.version]);
        return [versions.size, await store.saveTopUp(second_)];
      },
      result: [3, null],
    },
    'requesting the cancellation of a top-up': {
      operation: 'replace top_ups',
      act: async (store) => {
        const first = present(await store.createTopUp(sampleTopUp(id, 'one')));
        const requested = await store.requestCancel(id, 'one');
        return [requested?.cancelRequested, await store.saveTopUp(first)];
      },
      result: [true, null],
    },
    'reserving calls on a new day': {
      operation: 'create top_ups',
      act: async (store) => [
        await store.reserveCalls(id, '2026-01-01', 3, 5),
        await store.reserveCalls(id, '2026-01-01', 3, 5),
      ],
      result: [3, 2],
    },
    'reserving and returning calls': {
      operation: 'replace top_ups',
      act: async (store) => {
        const day = '2026-01-01';
        const granted = [];
        for (let times = 0; times < 3; times += 1) granted.push(await store.reserveCalls(id, day, 3, 7));
        await store.returnCalls(id, day, 2);
        return [...granted, ...(await store.callsOn([{ profileId: id, day }]))];
      },
      result: [3, 3, 1, 5],
    },
    'releasing a lease': {
      operation: 'delete leases',
      act: async (store) => {
        await store.releaseLease(await store.takeLease(id, 'one', null));
        return (await taken(store, id, 'two'))?.owner;
      },
      result: 'two',
    },
  };
}

describe('a single failure changes nothing in any use of the store:', () => {
  test.each(Object.entries(FAULTS))('%s', async (_, fault) => {
    // A short limit for an attempt, only if no response comes: on a slow machine it would cause more failures.
    const limits = { attempt: fault.kind === 'silence' ? 300 : 5_000, request: 20_000 };
    const { store, proxy, direct } = await behindProxy(emulator, { limits });
    // All uses run at once, each in a profile of its own, and each meets the failure once.
    const played = Object.keys(scenes('any')).map((name, index) => {
      const id = `profile-${String.fromCharCode(97 + index)}`;
      return { name, id, ...present(scenes(id)[name]) };
    });
    for (const { id } of played) {
      const [word] = await storedWords(direct.store, id, 2);
      await direct.store.createDialog(sampleDialog(present(word)));
    }
    const met = new Set<string>();
    proxy.faultFor = ({ isPlan, operation, partitionKey }) => {
      if (isPlan) return null;
      const scene = played.find((one) => one.operation === operation && partitionKey?.includes(one.id));
      if (scene === undefined || met.has(scene.name)) return null;
      met.add(scene.name);
      return fault;
    };
    await Promise.all(
      played.map(async ({ name, act, result }) => expect(await act(store), name).toEqual(result)),
    );
    expect([...met].sort()).toEqual(played.map(({ name }) => name).sort());
  });
});
