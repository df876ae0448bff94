import { describe, expect, test } from 'vitest';
import type { Store } from '../../src/ports/store.ts';
import { until } from '../support/until.ts';
import type { OpenStore } from './opened-store.ts';
import { sampleRules } from './review-samples.ts';
import {
  HOSTILE_IDS,
  idsOf,
  present,
  sampleDialog,
  sampleProfile,
  sampleTopUp,
  sampleWord,
  second,
  storedPool,
  storedWords,
} from './samples.ts';

const DAY = '2026-01-01';
const one = sampleWord('a', 'one');
const two = sampleWord('a', 'two');
const dialog = sampleDialog(one, 0, { turns: [{ speaker: 'A', text: 'x', translation: null, audio: null }] });
const topUp = async (store: Store) =>
  present((await store.topUpRecords([{ profileId: 'a', topUpId: 'one' }]))[0]);

/** Every kind of change, each of which builds on those before it. */
export const CHANGES: readonly [name: string, change: (store: Store) => Promise<unknown>][] = [
  ['creating the profile', (store) => store.createProfile(sampleProfile('a'))],
  ['changing the profile', (store) => store.updateProfile('a', { minDialogs: 3 })],
  ['adding words', (store) => store.addWords('a', [one, two])],
  ['setting the state of a word', (store) => store.setWordState('a', [one.id], 'pending')],
  ['creating a dialog', (store) => store.createDialog(dialog)],
  ['saving a recording', (store) => store.saveRecordings('a', dialog.id, new Map([['x', 'x.mp3']]))],
  ['claiming a dialog', (store) => store.claimDialogs('a', 1, second(1), 'claim', 'key')],
  ['creating another dialog', (store) => store.createDialog(sampleDialog(one, 1))],
  ['marking it as used', (store) => store.markDialogUsed('a', sampleDialog(one, 1).id, second(2))],
  [
    'reviewing a dialog',
    (store) => store.storeReview({ profileId: 'a', dialogId: dialog.id }, [one.id], sampleRules(one.id)),
  ],
  ['editing words', (store) => store.editWords('a', [one.id], (word) => ({ ...word, state: 'learned' }))],
  ['creating a top-up', (store) => store.createTopUp(sampleTopUp('a', 'one'))],
  ['saving the top-up', async (store) => store.saveTopUp({ ...(await topUp(store)), unusedTotal: 5 })],
  ['saving it as it is', async (store) => store.saveTopUp(await topUp(store))],
  ['requesting its cancellation', (store) => store.requestCancel('a', 'one')],
  ['reserving calls', (store) => store.reserveCalls('a', DAY, 2, null)],
  ['reserving more calls', (store) => store.reserveCalls('a', DAY, 2, null)],
  ['returning calls', (store) => store.returnCalls('a', DAY, 1)],
  [
    'replacing a word by another one',
    async (store) => {
      await store.removeWords('a', [two.id]);
      await store.addWords('a', [sampleWord('a', 'three')]);
    },
  ],
  [
    'taking back a change',
    async (store) => {
      await store.setWordState('a', [one.id], 'learned');
      await store.setWordState('a', [one.id], 'pending');
    },
  ],
  ['removing a word', (store) => store.removeWords('a', [one.id])],
  ['deleting the profile', (store) => store.deleteProfile('a')],
];

/** Watches the profile `a` from now on. */
async function watch(store: Store): Promise<{ differsWithin(calls: number): Promise<boolean> }> {
  let last = await store.changeMark('a', null);
  return {
    async differsWithin(calls) {
      for (let call = 0; call < calls; call += 1) {
        const present = await store.changeMark('a', last);
        const differs = present.mark !== last.mark;
        last = present;
        if (differs) return true;
      }
      return false;
    },
  };
}

export function changeContract(open: OpenStore): void {
  describe('the mark of a profile', () => {
    const markOf = async (store: Store) => (await store.changeMark('a', null)).mark;

    test('differs after every kind of change, for the process that made it and for another one, within ten calls', async () => {
      const { store, another } = await open();
      const other = await another();
      const watches = await Promise.all([store, other].map((each) => watch(each)));
      for (const [index, [name, change]] of CHANGES.entries()) {
        await change(index % 2 === 0 ? store : other);
        for (const [process, { differsWithin }] of watches.entries())
          expect(await differsWithin(10), `${name}, seen by process ${process}`).toBe(true);
      }
    });

    test('differs after each of many changes within a second', async () => {
      const { store, another } = await open();
      const ids = idsOf(await storedWords(store, 'a', 45));
      const other = await another();
      const seen = [await markOf(other)];
      for (const id of [...ids.slice(0, 8), ...ids.slice(-8)]) {
        await store.setWordState('a', [id], 'pending');
        seen.push(await markOf(other));
      }
      expect(new Set(seen).size).toBe(17);
    });

    test('stays the same while nothing is written', async () => {
      const { store, another } = await open();
      await storedPool(store, 'a', 3);
      await store.createTopUp(sampleTopUp('a', 'one'));
      for (const each of [store, await another()]) {
        // The changes before may be told late.
        await until(async () => {
          const mark = await markOf(each);
          await each.topUpPage('a', { first: 9, after: null });
          await each.profiles(['a']);
          return (await markOf(each)) === mark;
        });
      }
    });

    test('is short, also for a profile that does not exist', async () => {
      const { store } = await open();
      for (const id of ['none', ...HOSTILE_IDS]) {
        const { mark } = await store.changeMark(id, null);
        expect(mark.length).toBeGreaterThan(0);
        expect(mark.length).toBeLessThan(100);
      }
    });

    test('can be asked for every 100 ms to 5 s', async () => {
      const { store } = await open();
      const { askAgainMs } = await store.changeMark('a', null);
      expect(askAgainMs).toBeGreaterThanOrEqual(100);
      expect(askAgainMs).toBeLessThanOrEqual(5_000);
    });
  });
}
