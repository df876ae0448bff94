import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StoreUnavailable } from '../../src/model/errors.ts';
import { CALLS } from '../contract/misuse.ts';
import { idsOf, sampleProfile, second, storedPool } from '../contract/samples.ts';
import { type Emulator, startEmulator } from '../emulators/cosmos-emulator.ts';
import { memoryLog } from '../support/memory-log.ts';
import { until } from '../support/until.ts';
import { behindProxy } from './behind-proxy.ts';
import { FAULTS } from './faults.ts';
import type { Fault } from './faulty-proxy.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

describe('a store that does not answer', () => {
  /** Each attempt has to succeed on a slow machine too: after an attempt without an answer, a call may be sent again. */
  const limits = { attempt: 4_000, request: 5_000 };
  const outages: [string, Fault, retryable: boolean][] = [
    ['fails', { kind: 'status', status: 503 }, true],
    ['throttles every request', { kind: 'status', status: 429, retryAfterMs: 60_000 }, true],
    ['resets every connection', { kind: 'reset' }, true],
    ['is silent', { kind: 'silence' }, true],
    ['moves its write region', { kind: 'status', status: 403, substatus: 3 }, true],
    ['no longer knows the key', { kind: 'status', status: 401 }, false],
    ['forbids this address', { kind: 'status', status: 403 }, false],
    ['has lost its containers', { kind: 'status', status: 404, substatus: 1003 }, false],
  ];

  test.for(outages)(
    'that %s is unavailable to every call, which says whether to send it again',
    async ([, fault, retryable], { expect, onTestFinished }) => {
      const { store, proxy, direct } = await behindProxy(emulator, { limits }, onTestFinished);
      await storedPool(direct.store, 'a', 1);
      proxy.faultFor = () => fault;
      await Promise.all(
        Object.entries(CALLS).map(async ([method, call]) => {
          const error: unknown = await call(store).catch((thrown: unknown) => thrown);
          expect(error, method).toBeInstanceOf(StoreUnavailable);
          expect(error, method).toMatchObject({ retryable, code: 'STORE_UNAVAILABLE' });
        }),
      );
      proxy.faultFor = null;
      // The first calls may still wait for the last ones of those that failed.
      await until(() =>
        store.checkWritable(null).then(
          () => true,
          () => false,
        ),
      );
      expect(await store.profiles(['a'])).toEqual([sampleProfile('a')]);
    },
  );

  test('after some dialogs were claimed returns those to the caller', async () => {
    const { store, proxy, direct } = await behindProxy(emulator, { limits });
    const dialogs = await storedPool(direct.store, 'a', 6);
    let replaced = 0;
    proxy.faultFor = ({ operation }) => {
      if (operation !== 'replace dialogs') return null;
      replaced += 1;
      return replaced > 3 ? { kind: 'status', status: 503 } : null;
    };
    const claimed = await store.claimDialogs('a', 6, second(9), 'claim');
    expect(claimed).toHaveLength(3);
    proxy.faultFor = null;
    const rest = await store.claimDialogs('a', 6, second(9), 'the rest');
    expect(idsOf([...claimed, ...rest]).sort()).toEqual(idsOf(dialogs).sort());
  });
});

test('the key is in no log and no error', async () => {
  const key = Buffer.from('a key that nobody may see').toString('base64');
  const log = memoryLog();
  // Opening a store has to succeed within an attempt, also on a slow machine.
  const limits = { attempt: 4_000, request: 5_000 };
  const outages = [];
  for (const fault of Object.values(FAULTS)) {
    const { proxy, direct, another } = await behindProxy(emulator);
    await storedPool(direct.store, 'a', 1);
    outages.push({ fault, proxy, store: await another({ key, log, limits }) });
  }
  const seen = await Promise.all(
    outages.flatMap(({ fault, proxy, store }) => {
      proxy.faultFor = () => fault;
      return Object.values(CALLS).map((call) => call(store).catch((thrown: unknown) => thrown));
    }),
  );
  const text = inspect([seen, log.lines], { depth: null, showHidden: true });
  expect(text).toContain('StoreUnavailable');
  expect(log.lines.length).toBeGreaterThan(0);
  for (const secret of [key, 'a key that', 'sig%3D', 'sig=', 'authorization'])
    expect(text).not.toContain(secret);
});
