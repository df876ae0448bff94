import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StoreUnavailable } from '../../src/model/errors.ts';
import { LeaseLost } from '../../src/ports/leases.ts';
import type { Store } from '../../src/ports/store.ts';
import { held, taken } from '../contract/leases.ts';
import { idsOf, present, sampleDialog, second, storedPool, storedWords } from '../contract/samples.ts';
import { type Emulator, startEmulator } from '../emulators/cosmos-emulator.ts';
import { behindProxy } from './behind-proxy.ts';
import type { Fault, FaultyProxy } from './faulty-proxy.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

/** No response is delayed here, so a slow machine must not add attempts to the requests that are counted. */
const limits = { attempt: 20_000, request: 30_000 };

/** Makes the next request of a kind fail. */
function failNext(proxy: FaultyProxy, operation: string, fault: Fault): void {
  proxy.reset();
  let done = false;
  proxy.faultFor = (exchange) => {
    if (done || exchange.isPlan || exchange.operation !== operation) return null;
    done = true;
    return fault;
  };
}

describe('a lost response', () => {
  test('to a creation is settled by reading, not by creating again', async () => {
    const { store, proxy } = await behindProxy(emulator, { limits });
    const [word] = await storedWords(store, 'a', 1);
    failNext(proxy, 'create dialogs', { kind: 'swallow' });
    expect(await store.createDialog(sampleDialog(present(word)))).toBe(true);
    expect(proxy.exchanges.map(({ operation }) => operation)).toEqual(['create dialogs', 'read dialogs']);
  });

  test('to a claim is settled by reading, not by claiming again', async () => {
    const { store, proxy } = await behindProxy(emulator, { limits });
    await storedPool(store, 'a', 1);
    failNext(proxy, 'replace dialogs', { kind: 'swallow' });
    expect(await store.claimDialogs('a', 1, second(9), 'claim')).toHaveLength(1);
    const writes = proxy.exchanges.filter(({ method }) => method === 'PUT' || method === 'GET');
    expect(writes.map(({ operation }) => operation)).toEqual(['replace dialogs', 'read dialogs']);
  });

  test('to a deletion counts as its success', async () => {
    const { store, proxy } = await behindProxy(emulator, { limits });
    const { id } = present((await storedWords(store, 'a', 1))[0]);
    failNext(proxy, 'delete words', { kind: 'swallow' });
    expect(await store.removeWords('a', [id])).toEqual([id]);
    failNext(proxy, 'delete profiles', { kind: 'swallow' });
    await store.deleteProfile('a');
    expect(await store.profiles(['a'])).toEqual([null]);
  });

  test.each([1, 3])('to %i of 3 claims is settled by a last query before the call fails', async (lost) => {
    const limits = { attempt: 20_000, request: 1_500 };
    const { store, proxy, direct } = await behindProxy(emulator, { limits });
    const dialogs = await storedPool(direct.store, 'a', 4);
    const failing = idsOf(dialogs).slice(0, lost);
    proxy.faultFor = ({ operation, path }) => {
      if (operation === 'replace dialogs' && failing.some((id) => path.endsWith(id)))
        return { kind: 'swallow' };
      return operation === 'read dialogs' ? { kind: 'status', status: 503 } : null;
    };
    const claimed = await store.claimDialogs('a', 3, second(9), 'claim');
    expect(claimed).toEqual(
      dialogs.slice(0, 3).map((dialog) => ({ ...dialog, isUsed: true, usedAt: second(9) })),
    );
    expect(idsOf(await direct.store.claimDialogs('a', 4, second(9), 'rest'))).toEqual(
      idsOf(dialogs.slice(3)),
    );
  });

  test('gives a caller nothing that another caller created or claimed', async () => {
    const { store, proxy, direct } = await behindProxy(emulator, { limits });
    const [dialog] = await storedPool(direct.store, 'a', 1);
    const { wordId } = present(dialog);
    const [word] = await direct.store.words([{ profileId: 'a', wordId }]);
    // The request does not arrive, and another caller is served before the first one sends it again.
    const rival = { done: Promise.resolve<unknown>(null) };
    const overtaken = (operation: string, serve: () => Promise<unknown>) => {
      let done = false;
      proxy.faultFor = (exchange) => {
        if (done || exchange.operation !== operation) return null;
        done = true;
        rival.done = serve();
        return { kind: 'reset' };
      };
    };
    const next = sampleDialog(present(word), 1);
    overtaken('create dialogs', () => direct.store.createDialog({ ...next, generator: 'rival' }));
    const created = await store.createDialog(next);
    expect([created, await rival.done].sort()).toEqual([false, true]);
    const [kept] = await direct.store.dialogs([{ profileId: 'a', dialogId: next.id }]);
    expect(kept?.generator).toBe(created ? next.generator : 'rival');

    overtaken('replace dialogs', () => direct.store.claimDialogs('a', 2, second(5), 'rival'));
    const claimed = await store.claimDialogs('a', 2, second(5), 'ours');
    const rivals: unknown = await rival.done;
    expect([...claimed, ...(Array.isArray(rivals) ? rivals : [])]).toHaveLength(2);
  });
});

describe('a write to a count of paid calls', () => {
  const day = '2026-01-01';

  test.each([
    ['reserving', (store: Store) => store.reserveCalls('a', day, 2, 20), 6 + 2 + 3],
    ['returning', (store: Store) => store.returnCalls('a', day, 2), 6 - 2 + 3],
  ])(
    'is carried out once if its response is lost and another process writes then: %s',
    async (_, write, total) => {
      const { store, proxy, direct } = await behindProxy(emulator, { limits });
      await direct.store.reserveCalls('a', day, 6, null);
      let isLost = false;
      let isRivalBegun = false;
      let isRivalDone = false;
      proxy.faultFor = ({ operation }) => {
        if (operation === 'replace top_ups' && !isLost) {
          isLost = true;
          return { kind: 'swallow' };
        }
        if (operation !== 'read top_ups' || !isLost || isRivalDone) return null;
        if (!isRivalBegun)
          direct.store.reserveCalls('a', day, 3, null).then(() => {
            isRivalDone = true;
          });
        isRivalBegun = true;
        return { kind: 'reset' };
      };
      await write(store);
      expect(isRivalDone).toBe(true);
      expect(await direct.store.callsOn([{ profileId: 'a', day }])).toEqual([total]);
    },
  );
});

describe('the creation of a dialog whose lease is lost meanwhile', () => {
  /** The lease is lost when the dialog is to be created, and that request fails. */
  async function losing(fault: Fault) {
    const { store, proxy, direct } = await behindProxy(emulator, { limits });
    const [word] = await storedWords(direct.store, 'a', 1);
    const lease = await store.takeLease('a', 'one', null);
    const losing = new AbortController();
    proxy.faultFor = ({ operation }) => {
      if (operation !== 'create dialogs') return null;
      losing.abort(new LeaseLost('in the middle'));
      return fault;
    };
    const creating = store.createDialog(sampleDialog(present(word)), held(lease, losing.signal));
    return { creating, proxy, direct };
  }

  test('is not sent again', async () => {
    const { creating, proxy, direct } = await losing({ kind: 'status', status: 503 });
    await expect(creating).rejects.toThrow(LeaseLost);
    expect(proxy.exchanges.filter(({ operation }) => operation === 'create dialogs')).toHaveLength(1);
    expect(await direct.store.unusedTotal('a')).toBe(0);
  });

  test('is settled by reading if it was carried out and the response was lost', async () => {
    const { creating, proxy, direct } = await losing({ kind: 'swallow' });
    expect(await creating).toBe(true);
    expect(proxy.exchanges.filter(({ operation }) => operation === 'create dialogs')).toHaveLength(1);
    expect(await direct.store.unusedTotal('a')).toBe(1);
  });
});

describe('a lease whose renewal had no response', () => {
  const limits = { attempt: 20_000, request: 1_500 };

  async function renewedWithoutResponse() {
    const opened = await behindProxy(emulator, { limits });
    const { store, proxy } = opened;
    const lease = await store.takeLease('a', 'one', null);
    proxy.faultFor = () => ({ kind: 'swallow' });
    await expect(store.renewLease(lease)).rejects.toThrow(StoreUnavailable);
    proxy.faultFor = null;
    return { ...opened, lease };
  }

  test('is renewed by its owner the next time', async () => {
    const { store, direct, lease } = await renewedWithoutResponse();
    const renewed = present(await store.renewLease(lease));
    expect(renewed).toMatchObject({ key: 'a', owner: 'one' });
    expect(await direct.store.takeLease('a', 'two', lease)).toEqual(renewed);
  });

  test('is released by its owner', async () => {
    const { store, direct, lease } = await renewedWithoutResponse();
    await store.releaseLease(lease);
    expect(await taken(direct.store, 'a', 'two')).not.toBeNull();
  });

  test('is neither renewed nor released once another owner has it', async () => {
    const { store, direct, lease } = await renewedWithoutResponse();
    const seen = await direct.store.takeLease('a', 'two', null);
    const over = present(await taken(direct.store, 'a', 'two', seen));
    expect(await store.renewLease(lease)).toBeNull();
    await store.releaseLease(lease);
    expect(await direct.store.renewLease(over)).not.toBeNull();
  });
});

test('a change of states that was interrupted is completed by sending it again', async () => {
  const { store, proxy, direct } = await behindProxy(emulator, {
    limits: { attempt: 20_000, request: 1_500 },
  });
  const ids = idsOf(await storedWords(direct.store, 'a', 3));
  proxy.faultFor = ({ operation, path }) =>
    operation === 'replace words' && path.endsWith(present(ids[1])) ? { kind: 'status', status: 503 } : null;
  await expect(store.setWordState('a', ids, 'learned')).rejects.toThrow(StoreUnavailable);
  expect(await store.wordCounts(['a'])).toEqual([{ pending: 0, teaching: 1, learned: 2 }]);
  proxy.faultFor = null;
  expect(idsOf(await store.setWordState('a', ids, 'learned'))).toEqual(ids);
  expect(await store.wordCounts(['a'])).toEqual([{ pending: 0, teaching: 0, learned: 3 }]);
});
