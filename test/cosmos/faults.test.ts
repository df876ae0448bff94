import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StoreUnavailable } from '../../src/model/errors.ts';
import { LeaseLost } from '../../src/ports/leases.ts';
import type { Store } from '../../src/ports/store.ts';
import { held, taken } from '../contract/leases.ts';
import { CALLS } from '../contract/misuse.ts';
import {
  idsOf,
  present,
  sampleDialog,
  sampleProfile,
  sampleWords,
  second,
  storedPool,
  storedWords,
} from '../contract/samples.ts';
import { type Emulator, startEmulator } from '../emulators/cosmos-emulator.ts';
import { memoryLog } from '../support/memory-log.ts';
import { seededRandom } from '../support/random.ts';
import { behindProxy } from './behind-proxy.ts';
import type { Fault, FaultyProxy } from './faulty-proxy.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

/** Short enough for a test that waits for an answer which never comes. */
const limits = { attempt: 300, request: 10_000 };

const FAULTS: Readonly<Record<string, Fault>> = {
  'a throttled request': { kind: 'status', status: 429, retryAfterMs: 10 },
  'a request to retry': { kind: 'status', status: 449 },
  'a timeout': { kind: 'status', status: 408 },
  'a failure': { kind: 'status', status: 500 },
  'an outage': { kind: 'status', status: 503, body: '' },
  'an outage told by something in between': { kind: 'status', status: 502, body: '<html>Bad gateway</html>' },
  'a session that is not there yet': { kind: 'status', status: 404, substatus: 1002 },
  'a reset connection': { kind: 'reset' },
  'a lost answer': { kind: 'swallow' },
  'an answer that never comes': { kind: 'silence' },
  'an answer that is no JSON': { kind: 'garble' },
};

/** Does harm to the first request of this kind, from now on. */
function harmNext(proxy: FaultyProxy, operation: string, fault: Fault): void {
  proxy.reset();
  let done = false;
  proxy.harm = (exchange) => {
    if (done || exchange.isPlan || exchange.operation !== operation) return null;
    done = true;
    return fault;
  };
}

/** Something asked of a store in which a profile has two words, of which the first has an unused dialog. */
interface Scene {
  /** The request that is harmed. */
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
    'looking for dialogs to claim': {
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
    'giving a lease back': {
      operation: 'delete leases',
      act: async (store) => {
        await store.releaseLease(await store.takeLease(id, 'one', null));
        return (await taken(store, id, 'two'))?.owner;
      },
      result: 'two',
    },
  };
}

describe('a single failure changes nothing in', () => {
  test.each(Object.keys(scenes('any')))('%s', async (name) => {
    const { store, proxy, direct } = await behindProxy(emulator, { limits });
    for (const [index, [kind, fault]] of Object.entries(FAULTS).entries()) {
      const id = `profile-${index}`;
      const [word] = await storedWords(direct.store, id, 2);
      await direct.store.createDialog(sampleDialog(present(word)));
      const { operation, act, result } = present(scenes(id)[name]);
      harmNext(proxy, operation, fault);
      expect(await act(store), kind).toEqual(result);
      const sent = proxy.exchanges.filter((exchange) => exchange.operation === operation);
      expect(sent.length, `${kind} was met`).toBeGreaterThan(0);
    }
  });
});

describe('a lost answer', () => {
  test('to a creation is settled by reading, not by creating again', async () => {
    const { store, proxy } = await behindProxy(emulator, { limits });
    const [word] = await storedWords(store, 'a', 1);
    harmNext(proxy, 'create dialogs', { kind: 'swallow' });
    expect(await store.createDialog(sampleDialog(present(word)))).toBe(true);
    expect(proxy.exchanges.map(({ operation }) => operation)).toEqual(['create dialogs', 'read dialogs']);
  });

  test('to a claim is settled by reading, not by claiming again', async () => {
    const { store, proxy } = await behindProxy(emulator, { limits });
    await storedPool(store, 'a', 1);
    harmNext(proxy, 'replace dialogs', { kind: 'swallow' });
    expect(await store.claimDialogs('a', 1, second(9), 'claim')).toHaveLength(1);
    const writes = proxy.exchanges.filter(({ method }) => method === 'PUT' || method === 'GET');
    expect(writes.map(({ operation }) => operation)).toEqual(['replace dialogs', 'read dialogs']);
  });

  test.each([1, 3])('to %i of 3 claims is settled by a last look before the call gives up', async (lost) => {
    const limits = { attempt: 300, request: 800 };
    const { store, proxy, direct } = await behindProxy(emulator, { limits });
    const dialogs = await storedPool(direct.store, 'a', 4);
    const harmed = idsOf(dialogs).slice(0, lost);
    proxy.harm = ({ operation, path }) => {
      if (operation === 'replace dialogs' && harmed.some((id) => path.endsWith(id)))
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

  test('gives a caller nothing that another caller made or claimed', async () => {
    const { store, proxy, direct } = await behindProxy(emulator, { limits });
    const [dialog] = await storedPool(direct.store, 'a', 1);
    const { wordId } = present(dialog);
    const [word] = await direct.store.words([{ profileId: 'a', wordId }]);
    // The request does not arrive, and before it is known whether it did, another caller is served.
    const rival = { done: Promise.resolve<unknown>(null) };
    const overtaken = (operation: string, serve: () => Promise<unknown>) => {
      let done = false;
      proxy.harm = (exchange) => {
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

describe('the creation of a dialog whose lease is lost meanwhile', () => {
  /** The lease is lost at the first request to create the dialog, which meets with the fault. */
  async function losing(fault: Fault) {
    const { store, proxy, direct } = await behindProxy(emulator, { limits });
    const [word] = await storedWords(direct.store, 'a', 1);
    const lease = await store.takeLease('a', 'one', null);
    const losing = new AbortController();
    proxy.harm = ({ operation }) => {
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

  test('is settled by reading if it was carried out and the answer was lost', async () => {
    const { creating, proxy, direct } = await losing({ kind: 'swallow' });
    expect(await creating).toBe(true);
    expect(proxy.exchanges.filter(({ operation }) => operation === 'create dialogs')).toHaveLength(1);
    expect(await direct.store.unusedTotal('a')).toBe(1);
  });
});

describe('a lease whose renewal was never answered', () => {
  const limits = { attempt: 300, request: 800 };

  async function renewedUnheard() {
    const opened = await behindProxy(emulator, { limits });
    const { store, proxy } = opened;
    const lease = await store.takeLease('a', 'one', null);
    proxy.harm = () => ({ kind: 'swallow' });
    await expect(store.renewLease(lease)).rejects.toThrow(StoreUnavailable);
    proxy.harm = null;
    return { ...opened, lease };
  }

  test('is renewed by its owner the next time', async () => {
    const { store, direct, lease } = await renewedUnheard();
    const renewed = present(await store.renewLease(lease));
    expect(renewed).toMatchObject({ key: 'a', owner: 'one' });
    expect(await direct.store.takeLease('a', 'two', lease)).toEqual(renewed);
  });

  test('is given back by its owner', async () => {
    const { store, direct, lease } = await renewedUnheard();
    await store.releaseLease(lease);
    expect(await taken(direct.store, 'a', 'two')).not.toBeNull();
  });

  test('is neither renewed nor given back once another owner has it', async () => {
    const { store, direct, lease } = await renewedUnheard();
    const seen = await direct.store.takeLease('a', 'two', null);
    const over = present(await taken(direct.store, 'a', 'two', seen));
    expect(await store.renewLease(lease)).toBeNull();
    await store.releaseLease(lease);
    expect(await direct.store.renewLease(over)).not.toBeNull();
  });
});

describe('while the store fails one request in six,', () => {
  const kinds = Object.values(FAULTS).filter(({ kind }) => kind !== 'silence');

  test.each([1, 2, 3])('nothing is doubled and nothing lost (seed %i)', async (seed) => {
    const { store, proxy, direct, another } = await behindProxy(emulator, { limits });
    const stores = [store, await another(), await another()];
    const words = await storedWords(direct.store, 'a', 40);
    const random = seededRandom(seed);
    proxy.harm = () => (random() < 1 / 6 ? present(kinds[Math.floor(random() * kinds.length)]) : null);

    const created = await Promise.all(
      stores.flatMap((one, caller) =>
        words.map((word) => one.createDialog(sampleDialog(word, 0, { generator: `caller ${caller}` }))),
      ),
    );
    expect(created.filter(Boolean)).toHaveLength(40);
    const claims = await Promise.all(
      stores.flatMap((one, caller) =>
        [1, 2, 3].map((time) => one.claimDialogs('a', 4, second(99), `claim ${caller}.${time}`)),
      ),
    );
    for (const claim of claims) expect(claim).toHaveLength(4);
    const claimed = idsOf(claims.flat());
    expect(new Set(claimed).size).toBe(36);

    proxy.harm = null;
    const all = (await direct.store.dialogPage('a', null, { first: 100, after: null })).nodes;
    expect(all).toHaveLength(40);
    expect(idsOf(all.filter((dialog) => dialog.isUsed)).sort()).toEqual(claimed.sort());
    for (const dialog of all) {
      const caller = Number(dialog.generator.at(-1));
      expect(created[caller * 40 + words.findIndex((word) => word.id === dialog.wordId)]).toBe(true);
    }
  });
});

describe('a store that does not answer', () => {
  const limits = { attempt: 1000, request: 1500 };
  const outages: [string, Fault, retryable: boolean][] = [
    ['is out of order', { kind: 'status', status: 503 }, true],
    ['throttles everybody', { kind: 'status', status: 429, retryAfterMs: 60_000 }, true],
    ['resets every connection', { kind: 'reset' }, true],
    ['is silent', { kind: 'silence' }, true],
    ['moves its write region', { kind: 'status', status: 403, substatus: 3 }, true],
    ['no longer knows the key', { kind: 'status', status: 401 }, false],
    ['forbids this address', { kind: 'status', status: 403 }, false],
    ['has lost its containers', { kind: 'status', status: 404, substatus: 1003 }, false],
  ];

  test.each(outages)(
    'that %s is unavailable to every call, which says whether to send it again',
    async (_, fault, retryable) => {
      const { store, proxy, direct } = await behindProxy(emulator, { limits });
      await storedPool(direct.store, 'a', 1);
      proxy.harm = () => fault;
      await Promise.all(
        Object.entries(CALLS).map(async ([method, call]) => {
          const error: unknown = await call(store).catch((thrown: unknown) => thrown);
          expect(error, method).toBeInstanceOf(StoreUnavailable);
          expect(error, method).toMatchObject({ retryable, code: 'STORE_UNAVAILABLE' });
        }),
      );
      proxy.harm = null;
      await store.checkWritable(null);
      expect(await store.profiles(['a'])).toEqual([sampleProfile('a')]);
    },
  );

  test('after some dialogs were claimed leaves those to the caller', async () => {
    const { store, proxy, direct } = await behindProxy(emulator, { limits });
    const dialogs = await storedPool(direct.store, 'a', 6);
    let replaced = 0;
    proxy.harm = ({ operation }) => {
      if (operation !== 'replace dialogs') return null;
      replaced += 1;
      return replaced > 3 ? { kind: 'status', status: 503 } : null;
    };
    const claimed = await store.claimDialogs('a', 6, second(9), 'claim');
    expect(claimed).toHaveLength(3);
    proxy.harm = null;
    const rest = await store.claimDialogs('a', 6, second(9), 'the rest');
    expect(idsOf([...claimed, ...rest]).sort()).toEqual(idsOf(dialogs).sort());
  });
});

test('a change of states that was cut short is finished by sending it again', async () => {
  const { store, proxy, direct } = await behindProxy(emulator, { limits: { attempt: 300, request: 600 } });
  const ids = idsOf(await storedWords(direct.store, 'a', 3));
  proxy.harm = ({ operation, path }) =>
    operation === 'replace words' && path.endsWith(present(ids[1])) ? { kind: 'status', status: 503 } : null;
  await expect(store.setWordState('a', ids, 'learned')).rejects.toThrow(StoreUnavailable);
  expect(await store.wordCounts(['a'])).toEqual([{ pending: 0, teaching: 1, learned: 2 }]);
  proxy.harm = null;
  expect(idsOf(await store.setWordState('a', ids, 'learned'))).toEqual(ids);
  expect(await store.wordCounts(['a'])).toEqual([{ pending: 0, teaching: 0, learned: 3 }]);
});

test('the key is in no log and no error', async () => {
  const key = Buffer.from('a key that nobody may see').toString('base64');
  const log = memoryLog();
  const { store, proxy, direct } = await behindProxy(emulator, {
    key,
    log,
    limits: { attempt: 100, request: 250 },
  });
  await storedPool(direct.store, 'a', 1);
  const seen: unknown[] = [];
  for (const fault of Object.values(FAULTS)) {
    proxy.harm = () => fault;
    const failures = Object.values(CALLS).map((call) => call(store).catch((thrown: unknown) => thrown));
    seen.push(...(await Promise.all(failures)));
  }
  const text = inspect([seen, log.lines], { depth: null, showHidden: true });
  expect(text).toContain('StoreUnavailable');
  expect(log.lines.length).toBeGreaterThan(0);
  for (const secret of [key, 'a key that', 'sig%3D', 'sig=', 'authorization'])
    expect(text).not.toContain(secret);
});
