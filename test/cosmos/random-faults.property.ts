import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Store } from '../../src/ports/store.ts';
import { idsOf, sampleDialog, second, storedWords } from '../contract/samples.ts';
import { type Emulator, startEmulator } from '../emulators/cosmos-emulator.ts';
import { graphql } from '../generated/index.ts';
import { fastClock } from '../support/clocks.ts';
import { createCourse } from '../support/course.ts';
import { runs } from '../support/runs.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { openTestApp } from '../support/test-app.ts';
import { behindProxy } from './behind-proxy.ts';
import { oneInSix } from './faults.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

const Ensure = graphql(`
  mutation EnsureDespiteFaults($id: ID!, $min: Int!) {
    ensureDialogs(profileId: $id, min: $min) {
      unusedTotal
      outcome
    }
  }
`);

const Claim = graphql(`
  mutation ClaimDespiteFaults($id: ID!, $count: Int!) {
    claimDialogs(profileId: $id, count: $count) { id }
  }
`);

const SEEDS = Array.from({ length: runs({ usual: 1, deep: 12 }) }, (_, index) => index + 1);

/** Reads all dialogs of the course, and expects that no word has two unused ones. */
async function checkedDialogs(store: Store) {
  const { nodes } = await store.dialogPage('course', null, { first: 100, after: null });
  const unused = nodes.filter((dialog) => !dialog.isUsed);
  expect(new Set(unused.map((dialog) => dialog.wordId)).size).toBe(unused.length);
  return { all: nodes, unused };
}

describe('while the store fails one request in six,', () => {
  test.each(SEEDS)('no dialog is created or claimed twice, and none is lost (seed %i)', async (seed) => {
    const { store, proxy, direct, another } = await behindProxy(emulator, {
      limits: { attempt: 5_000, request: 20_000 },
    });
    const stores = [store, await another(), await another()];
    const words = await storedWords(direct.store, 'a', 40);
    proxy.faultFor = oneInSix(seed);

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

    proxy.faultFor = null;
    const all = (await direct.store.dialogPage('a', null, { first: 100, after: null })).nodes;
    expect(all).toHaveLength(40);
    expect(idsOf(all.filter((dialog) => dialog.isUsed)).sort()).toEqual(claimed.sort());
    for (const dialog of all) {
      const caller = Number(dialog.generator.at(-1));
      expect(created[caller * 40 + words.findIndex((word) => word.id === dialog.wordId)]).toBe(true);
    }
  });

  /** Long enough for some retries and too short for others, so that some calls fail. */
  const shortLimits = { attempt: 2000, request: 120 };

  test.each(SEEDS)(
    'a pool has no two unused dialogs of a word, and is filled once the faults end (seed %i)',
    async (seed) => {
      const { store, proxy, direct, another } = await behindProxy(emulator, { limits: shortLimits });
      await createCourse(direct.store, { teaching: 15, pending: 15 });
      const clock = fastClock(20);
      const generator = scriptedGenerator();
      const apps = [];
      for (const one of [store, await another(), await another()])
        apps.push(await openTestApp({ store: one, generator, clock }));
      proxy.faultFor = oneInSix(seed);

      const answers = await Promise.all(
        apps.flatMap((app) => [
          app.send(Ensure, { id: 'course', min: 12 }),
          app.send(Claim, { id: 'course', count: 2 }),
          app.send(Ensure, { id: 'course', min: 10 }),
        ]),
      );
      for (const { errors } of answers)
        for (const { extensions } of errors)
          expect(extensions).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
      const claimed = answers.flatMap(({ data }) =>
        data && 'claimDialogs' in data ? data.claimDialogs.map(({ id }) => id) : [],
      );
      expect(new Set(claimed).size).toBe(claimed.length);

      proxy.faultFor = null;
      const { all } = await checkedDialogs(direct.store);
      const taken = all.filter((dialog) => dialog.isUsed).map(({ id }) => id);
      expect(taken).toEqual(expect.arrayContaining(claimed));
      const app = await openTestApp({ store: direct.store, generator, clock });
      const { ensureDialogs } = await app.ask(Ensure, { id: 'course', min: 12 });
      expect(ensureDialogs).toMatchObject({ unusedTotal: 12, outcome: 'SATISFIED' });
      expect((await checkedDialogs(direct.store)).unused).toHaveLength(12);
    },
  );
});
