import { expect, test } from 'vitest';
import { graphql } from '../generated/index.ts';
import { createCourse } from '../support/course.ts';
import { newGate } from '../support/gate.ts';
import { replacing } from '../support/scheduled-store.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { openTestApp, tempSqliteStore } from '../support/test-app.ts';
import { until } from '../support/until.ts';

const Claim = graphql(`
  mutation ClaimAtTheEnd { claimDialogs(profileId: "course") { id } }
`);

const Ensure = graphql(`
  mutation EnsureAtTheEnd($min: Int!) { ensureDialogs(profileId: "course", min: $min) { unusedTotal } }
`);

/** By how many microtasks one answer of the store comes after another one: before, while and after work ends. */
const OFFSETS = Array.from({ length: 17 }, (_, i) => i - 8);

/** Holds one answer of a store back. */
function heldAnswer(microtasks: number) {
  const released = newGate();
  let state: 'passing' | 'awaited' | 'held' = 'passing';
  return {
    /** Has the next answer held back. */
    holdNext: () => {
      state = 'awaited';
    },
    isAwaited: () => state === 'awaited',
    isHeld: () => state === 'held',
    /** Lets the answer pass after the given number of microtasks. */
    release: () => released.open(),
    async pass(): Promise<void> {
      if (state !== 'awaited') return;
      state = 'held';
      await released.opened;
      for (let i = 0; i < microtasks; i += 1) await undefined;
    },
  };
}

test('a claim that is answered at the moment at which the count after another claim ends is not forgotten', async () => {
  await Promise.all(
    OFFSETS.map(async (offset) => {
      const bare = await tempSqliteStore();
      const [count, claim] = [heldAnswer(-offset), heldAnswer(offset)];
      const store = replacing(bare, {
        async unusedTotal(profileId) {
          const total = await bare.unusedTotal(profileId);
          await count.pass();
          return total;
        },
        async claimDialogs(...args) {
          const dialogs = await bare.claimDialogs(...args);
          await claim.pass();
          return dialogs;
        },
      });
      const app = await openTestApp({ store });
      await createCourse(store, { teaching: 9, minDialogs: 2 });
      await store.updateProfile('course', { autoTopUp: true });
      await app.ask(Ensure, { min: 3 });
      count.holdNext();
      await app.ask(Claim, {});
      await until(count.isHeld);
      claim.holdNext();
      const claiming = app.ask(Claim, {});
      await until(claim.isHeld);
      count.release();
      claim.release();
      await claiming;
      await until(async () => (await bare.unusedTotal('course')) === 2);
    }),
  );
});

test('a dialog that is stored at the moment at which a count ends is counted for those who wait', async () => {
  await Promise.all(
    OFFSETS.map(async (offset) => {
      const bare = await tempSqliteStore();
      const [count, creation] = [heldAnswer(-offset), heldAnswer(offset)];
      let counted = 0;
      const store = replacing(bare, {
        async unusedTotal(profileId) {
          // Another caller takes a dialog, so that this count is not enough.
          if (count.isAwaited()) await bare.claimDialogs(profileId, 1, new Date(), 'other');
          const total = await bare.unusedTotal(profileId);
          await count.pass();
          counted += 1;
          return total;
        },
        async createDialog(...args) {
          const created = await bare.createDialog(...args);
          await creation.pass();
          return created;
        },
      });
      const [firstTwo, third, others] = [newGate(), newGate(), newGate()];
      const gates = [firstTwo, firstTwo, third];
      const generator = scriptedGenerator(undefined, {
        concurrency: 1,
        turn: () => (gates[generator.asked.length - 1] ?? others).opened,
      });
      const app = await openTestApp({ store, generator });
      await createCourse(store, { teaching: 20 });
      const large = app.ask(Ensure, { min: 9 });
      await until(() => generator.asked.length === 1);
      const small = app.ask(Ensure, { min: 2 });
      // It joins when it has counted, as the other caller did.
      await until(() => counted === 2);
      await new Promise(setImmediate);
      count.holdNext();
      firstTwo.open();
      await until(count.isHeld);
      creation.holdNext();
      third.open();
      await until(creation.isHeld);
      count.release();
      creation.release();
      expect((await small).ensureDialogs.unusedTotal).toBe(2);
      others.open();
      await large;
    }),
  );
});
