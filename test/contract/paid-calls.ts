import { describe, expect, test } from 'vitest';
import { daysBefore, utcDay } from '../../src/model/utc-day.ts';
import type { Store } from '../../src/ports/store.ts';
import { atOnce, type Capabilities, type OpenStore } from './opened-store.ts';
import { HOSTILE_IDS, present, sampleProfile, sampleTopUp } from './samples.ts';

const TODAY = utcDay(new Date('2026-03-01T23:59:59.999Z'));
const ALL = { first: 100, after: null };

async function total(store: Store, profileId: string, day = TODAY): Promise<number> {
  return present((await store.callsOn([{ profileId, day }]))[0]);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((one, other) => one + other, 0);
}

export function paidCallContract(open: OpenStore, { seesProfiles }: Capabilities): void {
  async function withProfiles() {
    const opened = await open();
    for (const id of ['a', 'b']) await opened.store.createProfile(sampleProfile(id));
    return opened;
  }

  describe('reserving paid calls', () => {
    test('grants as many as keep the day within the limit, through any store', async () => {
      const { store, another } = await withProfiles();
      const other = await another();
      expect(await store.reserveCalls('a', TODAY, 4, 10)).toBe(4);
      expect(await other.reserveCalls('a', TODAY, 4, 10)).toBe(4);
      expect(await total(store, 'a')).toBe(8);
      expect(await store.reserveCalls('a', TODAY, 4, 10)).toBe(2);
      expect(await other.reserveCalls('a', TODAY, 4, 10)).toBe(0);
      expect(await total(other, 'a')).toBe(10);
    });

    test('grants all without a limit, none with the limit 0, and none above a limit that was lowered', async () => {
      const { store } = await withProfiles();
      expect(await store.reserveCalls('a', TODAY, 5, 0)).toBe(0);
      expect(await total(store, 'a')).toBe(0);
      expect(await store.reserveCalls('a', TODAY, 0, null)).toBe(0);
      expect(await store.reserveCalls('a', TODAY, 2_000_000, null)).toBe(2_000_000);
      expect(await store.reserveCalls('a', TODAY, 1, 3)).toBe(0);
      expect(await total(store, 'a')).toBe(2_000_000);
    });

    test('counts each profile and each day alone', async () => {
      const { store } = await withProfiles();
      const tomorrow = '2026-03-02';
      expect(await store.reserveCalls('a', TODAY, 3, 3)).toBe(3);
      expect(await store.reserveCalls('a', tomorrow, 2, 3)).toBe(2);
      expect(await store.reserveCalls('b', TODAY, 1, 3)).toBe(1);
      const keys = [
        { profileId: 'b', day: TODAY },
        { profileId: 'a', day: tomorrow },
        { profileId: 'a', day: TODAY },
        { profileId: 'b', day: tomorrow },
        { profileId: 'b', day: TODAY },
      ];
      expect(await store.callsOn(keys)).toEqual([1, 2, 3, 0, 1]);
      expect(await store.callsOn([])).toEqual([]);
    });

    test.each([20, 36, null])(
      'by twelve at once, of whom each wants three, never exceeds the limit %s',
      async (limit) => {
        const opened = await withProfiles();
        const granted = await atOnce(opened, 12, (store) => store.reserveCalls('a', TODAY, 3, limit));
        expect(sum(granted)).toBe(Math.min(36, limit ?? 36));
        expect(await total(opened.store, 'a')).toBe(sum(granted));
      },
    );

    test('refuses what is no day', async () => {
      const { store } = await withProfiles();
      for (const day of ['', 'today', '2026-3-1', '2026-13-01', '2026-03-01T00:00', ...HOSTILE_IDS])
        await expect(store.reserveCalls('a', day, 1, null)).rejects.toThrow(TypeError);
    });

    test('grants nothing to an unknown profile if the store sees this', async () => {
      const { store } = await withProfiles();
      expect(await store.reserveCalls('none', TODAY, 1, null)).toBe(seesProfiles ? 0 : 1);
      expect(await total(store, 'none')).toBe(seesProfiles ? 0 : 1);
      for (const id of HOSTILE_IDS) {
        await store.returnCalls(id, TODAY, 1);
        await store.returnCalls('a', id, 1);
        expect(await total(store, id)).toBe(0);
        expect(await total(store, 'a', id)).toBe(0);
      }
    });
  });

  describe('returning paid calls', () => {
    test('takes them back, and never more than there are', async () => {
      const { store, another } = await withProfiles();
      await store.reserveCalls('a', TODAY, 5, 5);
      await store.returnCalls('a', TODAY, 2);
      expect(await total(store, 'a')).toBe(3);
      expect(await (await another()).reserveCalls('a', TODAY, 5, 5)).toBe(2);
      await store.returnCalls('a', TODAY, 99);
      expect(await total(store, 'a')).toBe(0);
      expect(await store.reserveCalls('a', TODAY, 9, 5)).toBe(5);
    });

    test('does nothing on a day without calls', async () => {
      const { store } = await withProfiles();
      await store.returnCalls('a', TODAY, 2);
      expect(await total(store, 'a')).toBe(0);
      expect(await store.reserveCalls('a', TODAY, 9, 5)).toBe(5);
    });

    test('and reserving at the same time loses none', async () => {
      const opened = await withProfiles();
      await opened.store.reserveCalls('a', TODAY, 30, null);
      await atOnce(opened, 12, async (store, caller) => {
        if (caller % 2 === 0) await store.returnCalls('a', TODAY, 2);
        else await store.reserveCalls('a', TODAY, 1, null);
      });
      expect(await total(opened.store, 'a')).toBe(30 - 12 + 6);
    });
  });

  describe('counts of paid calls', () => {
    test('are removed more than 7 days later, if others have been written since', async () => {
      const { store } = await withProfiles();
      const days = Array.from({ length: 12 }, (_, index) => daysBefore(TODAY, 11 - index));
      await store.reserveCalls('b', present(days[0]), 7, null);
      for (const day of days) await store.reserveCalls('a', day, 1, null);
      const kept = await store.callsOn(days.map((day) => ({ profileId: 'a', day })));
      expect(kept).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1]);
      expect(await total(store, 'b', days[0])).toBe(7);
    });

    test('stay if a process counts on a wrong day, long before or after', async () => {
      const { store } = await withProfiles();
      await store.reserveCalls('a', TODAY, 3, 5);
      for (const day of ['2099-01-01', '1970-01-01', '2099-01-02', '9999-12-31', '0001-01-01'])
        expect(await store.reserveCalls('a', day, 4, 5)).toBe(4);
      expect(await total(store, 'a')).toBe(3);
      expect(await store.reserveCalls('a', TODAY, 9, 5)).toBe(2);
    });

    test('are no top-ups', async () => {
      const { store } = await withProfiles();
      await store.reserveCalls('a', TODAY, 1, null);
      const topUp = present(await store.createTopUp(sampleTopUp('a', 'one')));
      expect(await store.topUpPage('a', ALL)).toEqual({ nodes: [topUp], hasNextPage: false });
      expect(await store.currentTopUps(['a'])).toEqual([topUp]);
      const topUpId = `calls:${TODAY}`;
      expect(await store.topUpRecords([{ profileId: 'a', topUpId }])).toEqual([null]);
      expect(await store.requestCancel('a', topUpId)).toBeNull();
      expect(await total(store, 'a')).toBe(1);
      expect(await total(store, 'a', 'one')).toBe(0);
    });

    test('are deleted with their profile, and no others are', async () => {
      const { store } = await withProfiles();
      for (const id of ['a', 'b']) await store.reserveCalls(id, TODAY, 2, null);
      await store.deleteProfile('a');
      await store.createProfile(sampleProfile('a'));
      expect(await total(store, 'a')).toBe(0);
      expect(await total(store, 'b')).toBe(2);
    });
  });
}
