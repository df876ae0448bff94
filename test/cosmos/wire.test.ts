import { createDefaultHttpClient } from '@azure/core-rest-pipeline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prometheusMeter } from '../../src/adapters/prometheus/prometheus-meter.ts';
import { StoreUnavailable } from '../../src/model/errors.ts';
import { runWithCost } from '../../src/ports/cost.ts';
import type { Cost } from '../../src/ports/work-context.ts';
import { CALLS } from '../contract/misuse.ts';
import { present, sampleDialog, sampleWords, second, storedPool, storedWords } from '../contract/samples.ts';
import { type Emulator, startEmulator } from '../emulators/cosmos-emulator.ts';
import { graphql } from '../generated/index.ts';
import { frozenClock } from '../support/clocks.ts';
import { createCourse } from '../support/course.ts';
import { memoryLog } from '../support/memory-log.ts';
import { metricsOf, startingWith } from '../support/metrics.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { openTestApp } from '../support/test-app.ts';
import { behindProxy } from './behind-proxy.ts';
import type { FaultyProxy } from './faulty-proxy.ts';
import { nextSecond } from './next-second.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

const Ensure = graphql(`
  mutation EnsureOverTheWire($id: ID!, $min: Int) {
    ensureDialogs(profileId: $id, min: $min) {
      created { id }
      unusedTotal
      outcome
      shortfall
      profile { id }
    }
  }
`);

const Words = graphql(`
  query WordsOverTheWire($id: ID!, $first: Int!, $after: String) {
    profile(id: $id) {
      words(first: $first, after: $after) {
        edges { cursor node { id text unusedDialog { id turns { text } } } }
        pageInfo { hasNextPage }
      }
    }
  }
`);

function operations(proxy: FaultyProxy): string[] {
  return proxy.exchanges.map(({ operation }) => operation);
}

describe('over the wire', () => {
  test('each frequent call of a top-up takes one request', async () => {
    const { store, proxy } = await behindProxy(emulator);
    const dialogs = await storedPool(store, 'a', 20);
    const words = dialogs.map(({ wordId }) => wordId);
    const [word] = await storedWords(store, 'b', 1);
    const counted = async <Result>(work: () => Promise<Result>) => {
      proxy.reset();
      return { result: await work(), operations: operations(proxy) };
    };
    const one = async (operation: string, work: () => Promise<unknown>) =>
      expect((await counted(work)).operations, operation).toEqual([operation]);

    await one('read profiles', () => store.profiles(['a', 'a']));
    await one('query dialogs', () => store.unusedTotal('a'));
    await one('query dialogs', () => store.survey('a', words));
    await one('query dialogs', () =>
      store.unusedDialogs(words.map((wordId) => ({ profileId: 'a', wordId }))),
    );
    await one('create dialogs', () => store.createDialog(sampleDialog(present(word))));
    await one('query words', () =>
      store.drawWords('a', 'teaching', { start: '', after: null, wrapped: false }, 12),
    );
    const { result: lease } = await counted(() => store.takeLease('a', 'one', null));
    expect(operations(proxy)).toEqual(['create leases']);
    const renewed = await counted(() => store.renewLease(lease));
    expect(renewed.operations).toEqual(['replace leases']);
    await one('delete leases', () => store.releaseLease(present(renewed.result)));
  });

  test('a full look at a profile takes seven requests at once, with the plans of their queries, for any number of words', async () => {
    const { store, proxy } = await behindProxy(emulator);
    const dialog = present((await storedPool(store, 'a', 30))[0]);
    await nextSecond();
    await store.setWordState('a', [dialog.wordId], 'pending');
    await store.markDialogUsed('a', dialog.id, second(1));
    await store.changeMark('a', null);
    proxy.reset();
    const cost: Cost = { requests: 0, charge: 0 };
    await runWithCost(cost, () => store.changeMark('a', null));
    const sent = proxy.exchanges.filter(({ isPlan }) => !isPlan).map(({ operation }) => operation);
    expect(sent.sort()).toEqual([
      'query dialogs',
      'query dialogs',
      'query top_ups',
      'query words',
      'query words',
      'read profiles',
    ]);
    expect(proxy.roundTrips()).toBe(1);
    expect(cost.requests).toBeLessThanOrEqual(7);
  });

  test('every query names its profile twice, except the one that lists profiles', async () => {
    const { store, proxy } = await behindProxy(emulator);
    await storedPool(store, 'a', 3);
    for (const call of Object.values(CALLS)) await call(store).catch(() => undefined);
    await storedPool(store, 'b', 30);
    await store.words(sampleWords('b', 30).map(({ id }) => ({ profileId: 'b', wordId: id })));
    await store.wordPage('b', null, { first: 5, after: { createdAt: second(3), id: 'x' } });
    await store.removeWords('b', [present(sampleWords('b', 1)[0]).id]);
    await store.deleteProfile('b');
    const queries = proxy.exchanges.filter(({ operation }) => operation.startsWith('query'));
    expect(new Set(queries.map(({ operation }) => operation))).toEqual(
      new Set(['query profiles', 'query words', 'query dialogs', 'query top_ups', 'query learnings']),
    );
    for (const { operation, partitionKey, body } of queries) {
      if (operation === 'query profiles') continue;
      const { query, parameters } = JSON.parse(body);
      expect(query).toContain('c.profile_id = @profile');
      const profile = parameters.find(({ name }: { name: string }) => name === '@profile').value;
      expect(partitionKey).toBe(JSON.stringify([profile]));
    }
    const anywhere = queries.filter(({ partitionKey }) => partitionKey === null);
    expect(new Set(anywhere.map(({ operation }) => operation))).toEqual(new Set(['query profiles']));
  });

  test('the cost of work is what went over the wire for it', async () => {
    const log = memoryLog();
    const { store, proxy } = await behindProxy(emulator, { log });
    await storedPool(store, 'a', 5);
    proxy.reset();
    const all: Cost = { requests: 0, charge: 0 };
    const one: Cost = { requests: 0, charge: 0 };
    await Promise.all([
      runWithCost(all, async () => {
        await store.claimDialogs('a', 2, second(9), 'claim');
        await Promise.all([store.wordCounts(['a']), runWithCost(one, () => store.profiles(['a']))]);
      }),
      store.unusedTotal('a'),
    ]);
    expect(one).toEqual({ requests: 1, charge: 1 });
    expect(all.requests).toBe(proxy.exchanges.length - 2);
    // The emulator charges one unit for each request, also for the plans of queries.
    expect(all.charge).toBeGreaterThanOrEqual(all.requests);
    const claim = log.lines.find((line) => line.includes('"operation":"claimDialogs"'));
    expect(claim).toMatch(/^debug asked the store .*"requests":3,"charge":\d+/);
  });

  test('a client that asks for the cost of its request gets it, and the log always has it', async () => {
    const { store, proxy, direct } = await behindProxy(emulator);
    await createCourse(direct.store, { teaching: 20 });
    const app = await openTestApp({ store, generator: scriptedGenerator(), storeCharges: true });
    const ask = async (headers: Record<string, string>) => {
      const response = await app.app.fetch('http://127.0.0.1/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query: Ensure.toString(), variables: { id: 'course', min: 12 } }),
      });
      return response.json();
    };
    proxy.reset();
    const { data, extensions } = await ask({ 'x-include-cost': '1' });
    expect(data.ensureDialogs.unusedTotal).toBe(12);
    // For the profile and its unused dialogs. The top-up serves several callers, so its cost is logged separately.
    expect(extensions.cost).toEqual({ requests: 2, charge: expect.any(Number) });
    expect(extensions.cost.charge).toBeGreaterThanOrEqual(2);
    await app.pool.finish(10_000);
    const topUp = app.log.lines.find((line) => line.includes('topped up'));
    expect(topUp).toContain(`"storeRequests":${proxy.exchanges.length - 2},`);
    expect((await ask({})).extensions).toBeUndefined();
    const told = app.log.lines.filter((line) => line.includes('cost of a request'));
    expect(told).toHaveLength(2);
    expect(told[0]).toContain(`"requests":${extensions.cost.requests}`);
  });

  test('the metrics have all requests and request units, repeated requests included', async () => {
    const meter = prometheusMeter(frozenClock());
    const { store, proxy } = await behindProxy(emulator, {
      onCost: ({ operation }, cost) => meter.store.charged(operation, cost),
    });
    let failed = 0;
    proxy.faultFor = () => (++failed <= 2 ? { kind: 'status', status: 429, retryAfterMs: 5 } : null);
    const { app, ask } = await openTestApp({ store, meter });
    await ask(Words, { id: 'nobody', first: 1 });
    const metrics = await metricsOf(app);
    expect(startingWith(metrics, 'dialog_pool_store_requests_total')).toEqual({
      'dialog_pool_store_requests_total{method="profiles"}': 3,
    });
    expect(startingWith(metrics, 'dialog_pool_store_request_units_total')).toEqual({
      'dialog_pool_store_request_units_total{method="profiles"}': 2,
    });
    expect(proxy.exchanges).toHaveLength(3);
  });

  test('a repeated request is counted as often as it was sent', async () => {
    const { store, proxy } = await behindProxy(emulator);
    await storedPool(store, 'a', 1);
    let failed = 0;
    proxy.faultFor = () => (++failed <= 2 ? { kind: 'status', status: 429, retryAfterMs: 5 } : null);
    const cost: Cost = { requests: 0, charge: 0 };
    await runWithCost(cost, () => store.profiles(['a']));
    expect(cost).toEqual({ requests: 3, charge: 2 });
  });

  test('a request that is throttled with a delay of 0 is repeated after growing delays', async () => {
    const { store, proxy } = await behindProxy(emulator, { limits: { request: 500 } });
    proxy.faultFor = () => ({ kind: 'status', status: 429, retryAfterMs: 0 });
    await expect(store.profiles(['a'])).rejects.toThrow(StoreUnavailable);
    // The shortest delays are 12.5, 25, 50, 100, 200 and 400 ms.
    expect(proxy.exchanges.length).toBeLessThanOrEqual(7);
  });

  test('reads of forty profiles send a limited number of requests at once', async () => {
    const wire = createDefaultHttpClient();
    let underWay = 0;
    let most = 0;
    const { store } = await behindProxy(emulator, {
      httpClient: {
        async sendRequest(request) {
          underWay += 1;
          most = Math.max(most, underWay);
          return wire.sendRequest(request).finally(() => {
            underWay -= 1;
          });
        },
      },
    });
    const ids = Array.from({ length: 40 }, (_, index) => `profile-${index}`);
    const keys = ids.map((profileId) => ({ profileId, wordId: 'none', dialogId: 'none' }));
    most = 0;
    const reads = [
      () => store.profiles(ids),
      () => store.wordCounts(ids),
      () => store.dialogCounts(ids),
      () => store.voicedTotals(ids),
      () => store.words(keys),
      () => store.unusedDialogs(keys),
    ];
    for (const read of reads) expect(await read()).toHaveLength(40);
    // Sixteen profiles at once, each with three counts and their plans.
    expect(most).toBeLessThanOrEqual(16 * 3 * 2);
  });

  test('a count that comes in parts is their sum', async () => {
    const wire = createDefaultHttpClient();
    const { store } = await behindProxy(emulator, {
      httpClient: {
        async sendRequest(request) {
          const response = await wire.sendRequest(request);
          const bodyAsText = response.bodyAsText?.replace('"Documents":[5]', '"Documents":[2,3]') ?? null;
          return { ...response, bodyAsText };
        },
      },
    });
    await storedPool(store, 'a', 5);
    expect(await store.unusedTotal('a')).toBe(5);
  });
});

describe('within its budget stays', () => {
  async function openCourse(words: number) {
    const { store, proxy, direct } = await behindProxy(emulator);
    await createCourse(direct.store, { teaching: Math.ceil(words / 2), pending: Math.floor(words / 2) });
    // On a busy machine, a top-up may take so long that its lease is renewed.
    const app = await openTestApp({ store, generator: scriptedGenerator(), clock: frozenClock() });
    proxy.reset();
    return { app, proxy, direct };
  }

  test('a full pool: 3 requests, 2 of them in a row', async () => {
    const { app, proxy } = await openCourse(30);
    await app.ask(Ensure, { id: 'course', min: 12 });
    await app.pool.finish(10_000);
    proxy.reset();
    const { ensureDialogs } = await app.ask(Ensure, { id: 'course', min: 12 });
    expect(ensureDialogs).toMatchObject({ created: [], unusedTotal: 12, outcome: 'SATISFIED' });
    expect(proxy.exchanges.length).toBeLessThanOrEqual(3);
    expect(proxy.roundTrips()).toBeLessThanOrEqual(2);
  });

  test.each([30, 200])(
    'a top-up of 12 from %i words: 28 requests beside its record, 8 reads of words before calls, 6 in a row around the creations',
    async (words) => {
      const { app, proxy } = await openCourse(words);
      proxy.latencyMs = 40;
      const { ensureDialogs } = await app.ask(Ensure, { id: 'course', min: 12 });
      expect(ensureDialogs).toMatchObject({ unusedTotal: 12, shortfall: 0, outcome: 'SATISFIED' });
      expect(ensureDialogs.created).toHaveLength(12);
      await app.pool.finish(10_000);
      const wordReads = proxy.exchanges.filter(({ operation }) => operation === 'read words');
      // The first four calls begin as soon as their words were read.
      expect(wordReads.length).toBeLessThanOrEqual(8);
      const beside = proxy.exchanges.filter(
        ({ operation }) => operation !== 'read words' && !operation.endsWith('top_ups'),
      );
      expect(beside.length, operations(proxy).join()).toBeLessThanOrEqual(28);
      const around = beside.filter(({ operation }) => operation !== 'create dialogs');
      expect(new Set(around.map(({ roundTrip }) => roundTrip)).size).toBeLessThanOrEqual(6);
    },
  );

  test.each([40, 200])('a page of 40 of %i words with their dialogs: 4 requests', async (words) => {
    const { app, proxy } = await openCourse(words);
    await app.ask(Ensure, { id: 'course', min: 40 });
    await app.pool.finish(10_000);
    proxy.reset();
    const { profile } = await app.ask(Words, { id: 'course', first: 40, after: null });
    expect(profile?.words.edges).toHaveLength(40);
    expect(operations(proxy)).toContain('query dialogs');
    expect(proxy.exchanges.length, operations(proxy).join()).toBeLessThanOrEqual(4);
  });
});
