import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StoreUnavailable } from '../../src/model/errors.ts';
import type { Store } from '../../src/ports/store.ts';
import { idsOf, present, second, storedPool } from '../contract/samples.ts';
import { type Emulator, startEmulator } from '../emulators/cosmos-emulator.ts';
import { type BehindProxy, behindProxy } from './behind-proxy.ts';
import type { Fault } from './faulty-proxy.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

/** No response is delayed here, so a slow machine must not add attempts to the requests that are counted. */
const limits = { attempt: 20_000, request: 30_000 };
const COUNT = 3;
const TOTAL = 8;

let profiles = 0;

/** Stores a new pool. */
async function freshPool({ direct }: BehindProxy): Promise<string> {
  const id = `pool-${++profiles}`;
  await storedPool(direct.store, id, TOTAL);
  return id;
}

function claim(store: Store, id: string, call: string): Promise<string[]> {
  return store.claimDialogs(id, COUNT, second(9), call, 'key').then(idsOf);
}

/** How many requests one claim sends, without those for plans of queries. */
async function requestsOfAClaim(opened: BehindProxy): Promise<number> {
  const id = await freshPool(opened);
  opened.proxy.reset();
  await claim(opened.store, id, 'undisturbed');
  return opened.proxy.exchanges.length;
}

/**
 * Makes the request at this position fail. Positions begin with 0, and plans of queries have none.
 * @param onwards whether the connection is reset for all later requests
 */
function failFrom({ proxy }: BehindProxy, position: number, fault: Fault, onwards: boolean): void {
  proxy.reset();
  proxy.faultFor = ({ isPlan }) => {
    const number = proxy.exchanges.length - 1;
    if (number > position) return onwards ? { kind: 'reset' } : null;
    return number === position && !isPlan ? fault : null;
  };
}

/** Expects that the key claimed these dialogs and no others. */
async function expectOneClaim({ direct }: BehindProxy, id: string, given: readonly string[]): Promise<void> {
  expect(given).toHaveLength(COUNT);
  expect(new Set(given).size).toBe(COUNT);
  expect(await direct.store.dialogCounts([id])).toEqual([{ unused: TOTAL - COUNT, used: COUNT }]);
  expect(await claim(direct.store, id, 'once more')).toEqual(given);
  const rest = idsOf(await direct.store.claimDialogs(id, TOTAL, second(10), 'the rest'));
  expect(rest).toHaveLength(TOTAL - COUNT);
  expect(rest.filter((one) => given.includes(one))).toEqual([]);
}

describe('a claim with a key', () => {
  test.each<[string, Fault]>([
    ['swallowed', { kind: 'swallow' }],
    ['lost on its way', { kind: 'reset' }],
    ['answered by no JSON', { kind: 'garble' }],
  ])('is whole if any one of its requests is %s', async (_, fault) => {
    const opened = await behindProxy(emulator, { limits });
    const requests = await requestsOfAClaim(opened);
    for (let position = 0; position < requests; position += 1) {
      const id = await freshPool(opened);
      failFrom(opened, position, fault, false);
      const given = await claim(opened.store, id, 'failing');
      expect(opened.proxy.exchanges.length).toBeGreaterThan(position);
      opened.proxy.faultFor = null;
      await expectOneClaim(opened, id, given);
    }
  });

  test.each<[string, Fault]>([
    ['before it arrived', { kind: 'reset' }],
    ['after it was carried out', { kind: 'swallow' }],
  ])('is completed by a repeat if the process ended at any one of its requests, %s', async (_, fault) => {
    const opened = await behindProxy(emulator, { limits });
    const requests = await requestsOfAClaim(opened);
    for (let position = 0; position < requests; position += 1) {
      const id = await freshPool(opened);
      const dying = await opened.another();
      failFrom(opened, position, fault, true);
      const dead = claim(dying, id, 'dying').catch((error: unknown) => error);
      while (opened.proxy.exchanges.length <= position) await new Promise(setImmediate);
      await dying.close();
      expect(await dead).toBeInstanceOf(StoreUnavailable);
      opened.proxy.faultFor = null;
      const [{ used } = { used: -1 }] = await opened.direct.store.dialogCounts([id]);
      expect(used).toBeLessThanOrEqual(COUNT);
      await expectOneClaim(opened, id, await claim(opened.store, id, 'after the death'));
    }
  });

  test('that is interrupted loses dialogs that others claim before it is repeated, and gets others instead', async () => {
    const opened = await behindProxy(emulator, { limits });
    const id = await freshPool(opened);
    let marked = 0;
    opened.proxy.faultFor = ({ operation }) => {
      if (operation !== 'replace dialogs') return null;
      marked += 1;
      return marked > 1 ? { kind: 'status', status: 401 } : null;
    };
    await expect(claim(opened.store, id, 'interrupted')).rejects.toThrow(StoreUnavailable);
    opened.proxy.faultFor = null;
    const taken = idsOf(await opened.direct.store.claimDialogs(id, 4, second(10), 'others'));
    const given = await claim(opened.store, id, 'repeated');
    expect(given).toHaveLength(COUNT);
    expect(given.filter((one) => taken.includes(one))).toEqual([]);
    expect(await opened.direct.store.dialogCounts([id])).toEqual([{ unused: 1, used: 7 }]);
  });

  test('by several callers at once, each of which loses responses, is still one claim', async () => {
    const opened = await behindProxy(emulator, { limits });
    const stores = [opened.store, await opened.another(), opened.direct.store];
    for (let round = 0; round < 6; round += 1) {
      const id = await freshPool(opened);
      let number = 0;
      opened.proxy.faultFor = () => {
        number += 1;
        return number % 5 === round % 5 ? { kind: 'swallow' } : null;
      };
      const claims = await Promise.all(stores.map((store, caller) => claim(store, id, `caller ${caller}`)));
      opened.proxy.faultFor = null;
      const [given] = claims;
      for (const one of claims) expect(one).toEqual(given);
      await expectOneClaim(opened, id, present(given));
    }
  });
});

describe('a claim ends, and takes other dialogs, if a dialog', () => {
  test.each<[string, Fault]>([
    ['is another version whenever it is to be replaced', { kind: 'status', status: 412 }],
    ['is too large to be marked', { kind: 'status', status: 413 }],
    ['is gone whenever it is to be replaced', { kind: 'status', status: 404 }],
  ])('%s', async (_, fault) => {
    const opened = await behindProxy(emulator, { limits });
    const id = await freshPool(opened);
    const [stubborn] = (await opened.direct.store.dialogPage(id, false, { first: 1, after: null })).nodes;
    opened.proxy.faultFor = ({ operation, path }) =>
      operation === 'replace dialogs' && path.endsWith(present(stubborn).id) ? fault : null;
    const claimed = idsOf(await opened.store.claimDialogs(id, TOTAL, second(9), 'claim'));
    expect(claimed).toHaveLength(TOTAL - 1);
    expect(claimed).not.toContain(present(stubborn).id);
    expect(await opened.store.claimDialogs(id, TOTAL, second(9), 'claim 2')).toEqual([]);
    expect(opened.proxy.exchanges.length).toBeLessThan(60);
  });
});
