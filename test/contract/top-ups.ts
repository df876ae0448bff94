import { describe, expect, test } from 'vitest';
import type { TopUpRecord } from '../../src/model/top-up-record.ts';
import type { Store } from '../../src/ports/store.ts';
import type { NewTopUp } from '../../src/ports/top-ups.ts';
import { atOnce, type Capabilities, type OpenStore } from './opened-store.ts';
import { HOSTILE_IDS, idsOf, present, sampleProfile, sampleTopUp, second } from './samples.ts';

const ALL = { first: 100, after: null };

/** Everything that a record can have. */
const FULL: Partial<NewTopUp> = {
  state: 'ended',
  min: 500,
  unusedTotal: 499,
  createdIds: ['b.0', 'a.12', 'слово.1'],
  skipped: [
    { wordId: 'c', reason: 'GENERATION_FAILED', message: 'The model wrote "好" \0 \ud800' },
    { wordId: 'd', reason: 'HAS_UNUSED_DIALOG', message: null },
  ],
  spend: { calls: 7, inputTokens: 3_000_000_000, outputTokens: null },
  outcome: 'BUDGET_EXHAUSTED',
  cancelRequested: true,
  startedAt: new Date('2026-02-03T04:05:06.789Z'),
  endedAt: new Date('2026-02-03T04:06:00.001Z'),
};

async function created(store: Store, record: NewTopUp): Promise<TopUpRecord> {
  return present(await store.createTopUp(record));
}

async function read(store: Store, topUpId: string): Promise<TopUpRecord | null> {
  return (await store.topUpRecords([{ profileId: 'a', topUpId }]))[0] ?? null;
}

export function topUpContract(open: OpenStore, { seesProfiles }: Capabilities): void {
  async function withProfile() {
    const opened = await open();
    await opened.store.createProfile(sampleProfile('a'));
    return opened;
  }

  describe('the record of a top-up', () => {
    test('is read as it was created, also through another store', async () => {
      const { store, another } = await withProfile();
      for (const record of [sampleTopUp('a', 'bare'), sampleTopUp('a', 'full', FULL)]) {
        const stored = await created(store, record);
        expect(stored).toEqual({ ...record, version: stored.version });
        expect(await read(store, record.id)).toEqual(stored);
        expect(await read(await another(), record.id)).toEqual(stored);
      }
    });

    test('is read in the order of the keys, with repeated keys repeated and null for unknown ones', async () => {
      const { store } = await withProfile();
      await store.createProfile(sampleProfile('b'));
      const one = await created(store, sampleTopUp('a', 'one'));
      const two = await created(store, sampleTopUp('b', 'two'));
      const keys = ['b two', 'a two', 'a one', 'b two', 'none one'].map((key) => {
        const [profileId = '', topUpId = ''] = key.split(' ');
        return { profileId, topUpId };
      });
      expect(await store.topUpRecords(keys)).toEqual([two, null, one, two, null]);
      expect(await store.topUpRecords([])).toEqual([]);
    });

    test('is stored once under an id, however many callers create it', async () => {
      const opened = await withProfile();
      const results = await atOnce(opened, 8, (store, caller) =>
        store.createTopUp(sampleTopUp('a', 'one', { process: `process ${caller}` })),
      );
      const winners = results.filter((result) => result !== null);
      expect(winners).toHaveLength(1);
      expect(await read(opened.store, 'one')).toEqual(winners[0]);
    });

    test('of an unknown profile is not stored if the store sees this, and is found nowhere else', async () => {
      const { store } = await withProfile();
      expect((await store.createTopUp(sampleTopUp('none', 'one'))) === null).toBe(seesProfiles);
      for (const id of HOSTILE_IDS) {
        if (id.trim() === '' || seesProfiles)
          expect(await store.createTopUp(sampleTopUp(id, 'one'))).toBeNull();
        const unknown = { ...sampleTopUp(id, 'one'), version: '1' };
        expect(await store.saveTopUp(unknown)).toBeNull();
        expect(await store.saveTopUp({ ...unknown, profileId: 'a', id })).toBeNull();
        expect(await store.requestCancel(id, 'one')).toBeNull();
        expect(await store.requestCancel('a', id)).toBeNull();
        expect(await read(store, id)).toBeNull();
        expect(await store.topUpPage(id, ALL)).toEqual({ nodes: [], hasNextPage: false });
        expect(await store.currentTopUps([id])).toEqual([null]);
      }
      expect((await store.topUpPage('a', ALL)).nodes).toEqual([]);
    });

    test('keeps at most 1,000 dialogs and 2,500 skipped words, and messages of 200 characters', async () => {
      const { store } = await withProfile();
      const createdIds = Array.from({ length: 1_002 }, (_, index) => `word.${index}`);
      const skipped = Array.from({ length: 2_502 }, (_, index) => ({
        wordId: `word-${index}`,
        reason: 'HAS_UNUSED_DIALOG' as const,
        message: index === 0 ? `${'x'.repeat(199)}${'😀'.repeat(2_000)}` : null,
      }));
      await created(store, sampleTopUp('a', 'one', { createdIds, skipped }));
      const kept = present(await read(store, 'one'));
      expect(kept.createdIds).toEqual(createdIds.slice(0, 1_000));
      expect(kept.skipped.slice(1)).toEqual(skipped.slice(1, 2_500));
      // Half a character is left. Not every client can read it.
      expect(kept.skipped[0]?.message).toBe(`${'x'.repeat(199)}\ufffd`);
    });

    test('is bounded as a whole: of long messages in any script, the first are kept', async () => {
      const { store } = await withProfile();
      const skipped = Array.from({ length: 2_500 }, (_, index) => ({
        wordId: `word-${index}`,
        reason: 'GENERATION_FAILED' as const,
        message: '好'.repeat(200),
      }));
      const one = await created(store, sampleTopUp('a', 'one', { skipped }));
      expect(one.skipped.length).toBeGreaterThan(700);
      expect(one.skipped).toEqual(skipped.slice(0, one.skipped.length));
      expect(Buffer.byteLength(JSON.stringify(one))).toBeLessThan(600_000);
      expect(await store.saveTopUp(one)).toMatchObject({ skipped: one.skipped });
    });

    test('is deleted with its profile, and no other is', async () => {
      const { store } = await withProfile();
      await store.createProfile(sampleProfile('b'));
      const gone = await created(store, sampleTopUp('a', 'one'));
      const kept = await created(store, sampleTopUp('b', 'one'));
      await store.deleteProfile('a');
      expect(await store.saveTopUp({ ...gone, unusedTotal: 9 })).toBeNull();
      expect(await store.requestCancel('a', 'one')).toBeNull();
      await store.createProfile(sampleProfile('a'));
      expect(await store.topUpPage('a', ALL)).toEqual({ nodes: [], hasNextPage: false });
      expect(await store.currentTopUps(['a', 'b'])).toEqual([null, kept]);
    });
  });

  describe('saving the record of a top-up', () => {
    test('replaces every field, and changes the version each time', async () => {
      const { store, another } = await withProfile();
      const first = await created(store, sampleTopUp('a', 'one'));
      const second_ = present(await store.saveTopUp({ ...first, ...FULL }));
      expect(second_).toEqual({ ...first, ...FULL, version: second_.version });
      const third = present(await (await another()).saveTopUp({ ...second_, unusedTotal: 4, outcome: null }));
      expect(await read(store, 'one')).toEqual({
        ...second_,
        unusedTotal: 4,
        outcome: null,
        version: third.version,
      });
      expect(new Set([first.version, second_.version, third.version]).size).toBe(3);
    });

    test('does nothing if the record was saved meanwhile', async () => {
      const { store, another } = await withProfile();
      const seen = await created(store, sampleTopUp('a', 'one'));
      const lost = present(
        await (await another()).saveTopUp({ ...seen, state: 'lost', endedAt: second(60) }),
      );
      expect(await store.saveTopUp({ ...seen, state: 'ended', outcome: 'SATISFIED' })).toBeNull();
      expect(await store.saveTopUp(seen)).toBeNull();
      expect(await read(store, 'one')).toEqual(lost);
    });

    test('does nothing if the record does not exist, was removed, or the version is of another one', async () => {
      const { store } = await withProfile();
      const one = await created(store, sampleTopUp('a', 'one'));
      await created(store, sampleTopUp('a', 'two'));
      expect(await store.saveTopUp({ ...one, id: 'three' })).toBeNull();
      for (const version of ['', '0', 'x', '"0"', '*'])
        expect(await store.saveTopUp({ ...one, version })).toBeNull();
      expect(idsOf((await store.topUpPage('a', ALL)).nodes)).toEqual(['two', 'one']);
      expect(await read(store, 'one')).toEqual(one);
    });

    test('succeeds for one of many callers that have the same version', async () => {
      const opened = await withProfile();
      const seen = await created(opened.store, sampleTopUp('a', 'one'));
      const results = await atOnce(opened, 10, (store, caller) =>
        store.saveTopUp({ ...seen, unusedTotal: 100 + caller }),
      );
      const winners = results.filter((result) => result !== null);
      expect(winners).toHaveLength(1);
      expect(await read(opened.store, 'one')).toEqual(winners[0]);
    });
  });

  describe('requesting the cancellation of a top-up', () => {
    test('is seen by its owner, whose next save does nothing until it has read the record again', async () => {
      const { store, another } = await withProfile();
      const owned = await created(store, sampleTopUp('a', 'one'));
      const requested = await (await another()).requestCancel('a', 'one');
      expect(requested).toEqual({ ...owned, cancelRequested: true, version: requested?.version });
      expect(await store.saveTopUp({ ...owned, unusedTotal: 4 })).toBeNull();
      const again = present(await read(store, 'one'));
      expect(again).toEqual(requested);
      expect(await store.saveTopUp({ ...again, state: 'cancelled' })).toMatchObject({
        state: 'cancelled',
        cancelRequested: true,
      });
    });

    test('a second time changes nothing, and neither does it after the top-up has finished', async () => {
      const { store } = await withProfile();
      await created(store, sampleTopUp('a', 'one', { state: 'waiting' }));
      const requested = await store.requestCancel('a', 'one');
      expect(requested?.cancelRequested).toBe(true);
      expect(await store.requestCancel('a', 'one')).toEqual(requested);
      for (const state of ['ended', 'cancelled', 'lost'] as const) {
        const finished = await created(store, sampleTopUp('a', state, { state }));
        expect(await store.requestCancel('a', state)).toEqual(finished);
        expect(await read(store, state)).toEqual(finished);
      }
    });

    test('succeeds while the owner saves the record, and none of the saves is lost', async () => {
      const opened = await withProfile();
      await created(opened.store, sampleTopUp('a', 'one'));
      await atOnce(opened, 6, async (store, caller) => {
        if (caller > 0)
          return expect(await store.requestCancel('a', 'one')).toMatchObject({ cancelRequested: true });
        for (let total = 1, tries = 0; total <= 5; tries += 1) {
          expect(tries).toBeLessThan(50);
          const record = present(await read(store, 'one'));
          const saved = await store.saveTopUp({ ...record, unusedTotal: total, createdIds: [`w.${total}`] });
          if (saved !== null) total += 1;
        }
      });
      expect(await read(opened.store, 'one')).toMatchObject({
        cancelRequested: true,
        unusedTotal: 5,
        createdIds: ['w.5'],
      });
    });
  });
}
