import { describe, expect, test } from 'vitest';
import { TOP_UP_STATES, type TopUpRecord } from '../../src/model/top-up-record.ts';
import type { Store } from '../../src/ports/store.ts';
import type { NewTopUp } from '../../src/ports/top-ups.ts';
import { nextSecond } from '../cosmos/next-second.ts';
import type { OpenStore } from './opened-store.ts';
import { HOSTILE_IDS, idsOf, present, sampleProfile, sampleTopUp, second } from './samples.ts';

const ALL = { first: 100, after: null };

async function created(store: Store, record: NewTopUp): Promise<TopUpRecord> {
  return present(await store.createTopUp(record));
}

async function read(store: Store, topUpId: string): Promise<TopUpRecord | null> {
  return (await store.topUpRecords([{ profileId: 'a', topUpId }]))[0] ?? null;
}

export function topUpListContract(open: OpenStore): void {
  async function withProfile() {
    const opened = await open();
    await opened.store.createProfile(sampleProfile('a'));
    return opened;
  }

  describe('the top-ups of a profile', () => {
    test('are paged newest first, by id within a millisecond, each once', async () => {
      const { store } = await withProfile();
      await store.createProfile(sampleProfile('b'));
      await created(store, sampleTopUp('b', 'other'));
      const records: TopUpRecord[] = [];
      for (const [index, id] of ['c', 'a', 'b', 'e', 'd'].entries())
        records.push(
          await created(store, sampleTopUp('a', id, { startedAt: second(Math.floor(index / 3)) })),
        );
      const newestFirst = ['e', 'd', 'c', 'b', 'a'].map((id) => records.find((record) => record.id === id));
      for (const first of [1, 2, 4, 5, 100]) {
        const seen: TopUpRecord[] = [];
        for (let hasNextPage = true; hasNextPage; ) {
          const last = seen.at(-1);
          const after = last === undefined ? null : { createdAt: last.startedAt, id: last.id };
          const page = await store.topUpPage('a', { first, after });
          if (page.hasNextPage) expect(page.nodes).toHaveLength(first);
          seen.push(...page.nodes);
          hasNextPage = page.hasNextPage;
        }
        expect(seen).toEqual(newestFirst);
      }
      expect(await store.topUpPage('a', { first: 0, after: null })).toEqual({ nodes: [], hasNextPage: true });
    });

    test('begin after any position, also one that no top-up ever had', async () => {
      const { store } = await withProfile();
      for (const at of [1, 2, 3])
        await created(store, sampleTopUp('a', `at ${at}`, { startedAt: second(at) }));
      const olderThan = async (createdAt: Date, id: string) =>
        idsOf((await store.topUpPage('a', { first: 9, after: { createdAt, id } })).nodes);
      for (const id of HOSTILE_IDS) expect(await olderThan(second(2.5), id)).toEqual(['at 2', 'at 1']);
      expect(await olderThan(new Date(-1), 'x')).toEqual([]);
      expect(await olderThan(new Date(8_640_000_000_000_000), '')).toEqual(['at 3', 'at 2', 'at 1']);
    });

    test('that are not finished: the oldest one of each profile is found', async () => {
      const { store } = await withProfile();
      await store.createProfile(sampleProfile('b'));
      for (const [index, state] of [...TOP_UP_STATES, ...TOP_UP_STATES].entries())
        await created(store, sampleTopUp('a', `${state} ${index}`, { state, startedAt: second(-index) }));
      const ended = await created(store, sampleTopUp('b', 'ended', { state: 'ended' }));
      const current = async () => (await store.currentTopUps(['b', 'a', 'none', 'a'])).map((one) => one?.id);
      expect(await current()).toEqual([undefined, 'running 6', undefined, 'running 6']);
      await store.saveTopUp({ ...present(await read(store, 'running 6')), state: 'lost' });
      await created(store, { ...ended, id: 'begun', state: 'running' });
      expect(await current()).toEqual(['begun', 'waiting 5', undefined, 'waiting 5']);
    });

    test('are kept if they are among the last 20 or not finished', async () => {
      const { store } = await withProfile();
      await store.createProfile(sampleProfile('b'));
      await created(store, sampleTopUp('b', 'other', { state: 'ended', startedAt: second(-9) }));
      const stored = [];
      for (let index = 0; index < 24; index += 1) {
        const state = index === 1 ? 'running' : 'ended';
        const id = `top-up ${String(index).padStart(2, '0')}`;
        stored.push(
          await created(store, sampleTopUp('a', id, { state, startedAt: second(Math.floor(index / 6)) })),
        );
      }
      const kept = [stored[1], ...stored.slice(4)].reverse();
      expect((await store.topUpPage('a', ALL)).nodes).toEqual(kept);
      expect(await store.saveTopUp({ ...present(stored[0]), unusedTotal: 1 })).toBeNull();
      const ended = present(await store.saveTopUp({ ...present(stored[1]), state: 'ended' }));
      expect(await read(store, ended.id)).toEqual(ended);
      await created(store, sampleTopUp('a', 'newest', { startedAt: second(9) }));
      expect((await store.topUpPage('a', ALL)).nodes).toHaveLength(20);
      expect((await store.topUpPage('b', ALL)).nodes).toHaveLength(1);
    });

    test('are kept if they are the last ones, although others were begun by a clock that is years ahead', async () => {
      const { store } = await withProfile();
      for (let index = 0; index < 20; index += 1) {
        const startedAt = second(200_000_000 + index);
        await created(store, sampleTopUp('a', `ahead ${index}`, { state: 'ended', startedAt }));
      }
      await nextSecond();
      const last = ['one', 'two', 'three'];
      for (const id of last) await created(store, sampleTopUp('a', id, { state: 'ended' }));
      for (const id of last) expect(await read(store, id)).not.toBeNull();
      expect((await store.topUpPage('a', ALL)).nodes).toHaveLength(20);
    });
  });
}
