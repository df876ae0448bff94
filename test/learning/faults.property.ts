import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openCosmosStore } from '../../src/adapters/cosmos/cosmos-store.ts';
import type { Dialog } from '../../src/model/dialog.ts';
import { StoreUnavailable } from '../../src/model/errors.ts';
import { day, review, storedPractice } from '../contract/review-samples.ts';
import { present } from '../contract/samples.ts';
import { type BehindProxy, behindProxy } from '../cosmos/behind-proxy.ts';
import { oneInSix } from '../cosmos/faults.ts';
import { startFaultyProxy } from '../cosmos/faulty-proxy.ts';
import { storeOptions } from '../cosmos/opened-cosmos-store.ts';
import { type Emulator, startEmulator } from '../emulators/cosmos-emulator.ts';
import { graphql } from '../generated/index.ts';
import { checkLearned, reviewedDialogs } from '../support/check-learned.ts';
import { oneDayClock } from '../support/clocks.ts';
import { ReportPractice, ReviewDialog, reviewOf } from '../support/practice.ts';
import { runs } from '../support/runs.ts';
import { openTestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

const BackToNothing = graphql(`
  mutation BackToNothing { rollBackLearning(profileId: "a", version: 0) { version } }
`);

/**
 * Reviews a dialog in a process that dies at one of its writes: `reset` just before the write is carried out, `swallow`
 * just after.
 */
async function reviewAndDie(
  { direct }: BehindProxy,
  dialog: Dialog | undefined,
  at: Date,
  { position, kind }: { readonly position: number; readonly kind: 'reset' | 'swallow' },
): Promise<void> {
  const proxy = await startFaultyProxy(emulator.url);
  onTestFinished(() => proxy.stop());
  const store = await openCosmosStore(storeOptions(proxy.url, { database: direct.name }));
  let writes = 0;
  proxy.faultFor = ({ method, operation }) => {
    const isWrite = method !== 'GET' && !operation.startsWith('query');
    if (isWrite) writes += 1;
    if (writes < position) return null;
    void store.close();
    return { kind: isWrite && writes === position ? kind : 'reset' };
  };
  await expect(review(store, dialog, 'again', at)).rejects.toThrow(StoreUnavailable);
}

const SEEDS = Array.from({ length: runs({ usual: 1, deep: 12 }) }, (_, index) => index + 1);

describe('while Azure Cosmos DB fails one request in six,', () => {
  test.each(SEEDS)('every review counts once (seed %i)', async (seed) => {
    const { store, proxy, direct, another } = await behindProxy(emulator, {
      limits: { attempt: 2_000, request: 300 },
    });
    const { dialogs } = await storedPractice(direct.store, { words: 4, dialogs: 4 });
    const apps = await Promise.all(
      [store, await another()].map((one) => openTestApp({ store: one, clock: oneDayClock })),
    );
    proxy.faultFor = oneInSix(seed);
    const all = dialogs.flat();
    const answers = await Promise.all(
      all.flatMap((dialog) => apps.map((app) => app.send(ReviewDialog, reviewOf(dialog)))),
    );
    for (const { errors } of answers)
      for (const { extensions } of errors)
        expect(extensions).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
    proxy.faultFor = null;
    // A client that got an error sends its request again.
    const app = await openTestApp({ store: direct.store, clock: oneDayClock });
    for (const dialog of all) await app.ask(ReportPractice, reviewOf(dialog));
    expect(await checkLearned(direct.store, 'a')).toHaveLength(16);
    // Each word was reviewed on one day.
    expect((await direct.store.learnings(['a']))[0]?.reviews).toBe(4);
  });
});

describe('a process that dies in the middle of a review', () => {
  const deaths = [1, 2, 3, 4].flatMap((position) =>
    (['reset', 'swallow'] as const).map((kind) => [position, kind] as const),
  );

  test.each(deaths)(
    'at its write number %i (%s) is completed by the next review, in three round trips',
    async (position, kind) => {
      const opened = await behindProxy(emulator);
      const { store, proxy, direct } = opened;
      const { dialogs } = await storedPractice(direct.store, { words: 2, dialogs: 3 });
      const [first, second] = dialogs;
      await review(direct.store, first?.[0], 'good', day(0));
      await review(direct.store, second?.[0], 'good', day(1));
      await reviewAndDie(opened, first?.[1], day(4), { position, kind });
      const stored = await reviewedDialogs(direct.store, 'a');

      proxy.reset();
      await review(store, second?.[1], 'good', day(5));
      expect(proxy.roundTrips()).toBeLessThanOrEqual(3);
      // A review that never reached its dialog is no review; one that did is in all parts.
      expect(await checkLearned(direct.store, 'a')).toHaveLength(stored.length + 1);
    },
  );

  test.each(deaths)(
    'at its write number %i (%s) is completed by the repeated call',
    async (position, kind) => {
      const opened = await behindProxy(emulator);
      const { dialogs } = await storedPractice(opened.direct.store, { words: 1, dialogs: 2 });
      await review(opened.store, dialogs[0]?.[0], 'good', day(0));
      await reviewAndDie(opened, dialogs[0]?.[1], day(4), { position, kind });
      const repeated = await review(opened.store, dialogs[0]?.[1], 'again', day(4));
      expect(repeated.learning).toMatchObject({ reviews: 2, version: 2 });
      expect(repeated.words[0]?.memory).toMatchObject({ reviews: 2, lapses: 1 });
      expect(await checkLearned(opened.direct.store, 'a')).toHaveLength(2);
    },
  );
});

describe('a process that dies after the learning was written and before the word was', () => {
  async function openWithLostWord() {
    const opened = await behindProxy(emulator);
    const { direct } = opened;
    const { dialogs } = await storedPractice(direct.store, { words: 2, dialogs: 3 });
    const [first, second] = dialogs;
    await review(direct.store, first?.[0], 'good', day(0));
    const proxy = await startFaultyProxy(emulator.url);
    onTestFinished(() => proxy.stop());
    const store = await openCosmosStore(storeOptions(proxy.url, { database: direct.name }));
    proxy.faultFor = ({ operation }) => (operation === 'replace words' ? { kind: 'reset' } : null);
    const dying = expect(review(store, first?.[1], 'again', day(4))).rejects.toThrow(StoreUnavailable);
    await until(async () => (await direct.store.learnings(['a']))[0]?.version === 2);
    await store.close();
    await dying;
    const { nodes } = await direct.store.wordPage('a', null, { first: 1, after: null });
    expect(nodes[0]?.memory).toMatchObject({ reviews: 1 });
    return { ...opened, first, second };
  }

  test('is completed by the next review, in three round trips', async () => {
    const { store, proxy, direct, second } = await openWithLostWord();
    proxy.reset();
    await review(store, second?.[0], 'good', day(5));
    expect(proxy.roundTrips()).toBeLessThanOrEqual(3);
    expect(await checkLearned(direct.store, 'a')).toHaveLength(3);
  });

  test('is completed by the repeated call', async () => {
    const { store, direct, first } = await openWithLostWord();
    const { words, learning } = await review(store, first?.[1], 'again', day(4));
    expect(words[0]?.memory).toMatchObject({ reviews: 2, lapses: 1 });
    expect(learning).toMatchObject({ version: 2, reviews: 2 });
    expect(await checkLearned(direct.store, 'a')).toHaveLength(2);
  });
});

test('reviews that many dead processes left with their dialogs alone are completed by a consolidation, and versions that it left when it died are deleted later', async () => {
  const opened = await behindProxy(emulator);
  const { direct, store, proxy } = opened;
  const { dialogs } = await storedPractice(direct.store, { words: 8, dialogs: 8 });
  const all = dialogs.flat();
  const app = await openTestApp({ store, clock: oneDayClock });
  proxy.faultFor = ({ operation }) => {
    if (operation !== 'delete learnings') return null;
    void store.close();
    return { kind: 'reset' };
  };
  const [dead, alive] = [all.slice(0, 12), all.slice(12, 62)];
  for (const dialog of dead) await reviewAndDie(opened, dialog, day(0), { position: 2, kind: 'reset' });
  expect(await direct.store.learnings(['a'])).toEqual([null]);
  for (const dialog of alive) await app.ask(ReportPractice, reviewOf(dialog));
  await app.learning.finish();
  const learning = present((await direct.store.learnings(['a']))[0]);
  expect(await reviewedDialogs(direct.store, 'a')).toHaveLength(62);
  // The second word was reviewed on two days, the others on one.
  expect(learning.base.version).toBeGreaterThan(0);
  expect(learning.reviews).toBe(9);
  const { nodes: words } = await direct.store.wordPage('a', null, { first: 9, after: null });
  expect(words.map(({ memory }) => memory?.reviews)).toEqual([1, 2, 1, 1, 1, 1, 1, 1]);

  const versions = async () => {
    const keys = Array.from({ length: learning.version + 1 }, (_, i) => ({ profileId: 'a', version: i + 1 }));
    return (await direct.store.learningVersions(keys)).flatMap((one) => one?.version ?? []);
  };
  expect(learning.version).toBeGreaterThan(50);
  expect(await versions()).toHaveLength(learning.version);
  const survivor = await openTestApp({ store: direct.store, clock: oneDayClock });
  await survivor.ask(BackToNothing, {});
  await survivor.learning.finish();
  const kept = await versions();
  expect(kept).toHaveLength(50);
  expect(kept.at(-1)).toBe(learning.version + 1);
});
