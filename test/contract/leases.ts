import { describe, expect, test } from 'vitest';
import { type Lease, LeaseLost, topUpLeaseKey } from '../../src/ports/leases.ts';
import type { Store } from '../../src/ports/store.ts';
import { atOnce, type OpenStore } from './opened-store.ts';
import { present, sampleDialog, sampleProfile, storedWords } from './samples.ts';

/** Takes a lease. @returns null if `owner` could not take it */
export async function taken(
  store: Store,
  key: string,
  owner: string,
  seen: Lease | null = null,
): Promise<Lease | null> {
  const lease = await store.takeLease(key, owner, seen);
  return lease.owner === owner ? lease : null;
}

/** A lease that its holder relies on until the signal is aborted. */
export function held(lease: Lease, lost = new AbortController().signal) {
  return { ...lease, lost };
}

export function leaseContract(open: OpenStore): void {
  const withProfile: OpenStore = async () => {
    const opened = await open();
    await opened.store.createProfile(sampleProfile('a'));
    await opened.store.createProfile(sampleProfile('b'));
    return opened;
  };

  describe('a lease', () => {
    test('is taken by one owner, and others get its owner and version', async () => {
      const { store, another } = await withProfile();
      const other = await another();
      const lease = await store.takeLease('a', 'one', null);
      expect(lease).toMatchObject({ key: 'a', owner: 'one' });
      expect(await other.takeLease('a', 'two', null)).toEqual(lease);
      expect(await store.takeLease('a', 'two', null)).toEqual(lease);
    });

    test('is taken over from the owner and version that were seen', async () => {
      const { store, another } = await withProfile();
      const other = await another();
      const lease = await store.takeLease('a', 'one', null);
      const over = present(await taken(other, 'a', 'two', lease));
      expect(over).toMatchObject({ key: 'a', owner: 'two' });
      expect(await store.takeLease('a', 'three', null)).toEqual(over);
      expect(await store.takeLease('a', 'three', lease)).toEqual(over);
      expect(await taken(store, 'a', 'three', over)).not.toBeNull();
    });

    test('is not taken over once it has been renewed', async () => {
      const { store, another } = await withProfile();
      const other = await another();
      const seen = await store.takeLease('a', 'one', null);
      const renewed = present(await store.renewLease(seen));
      expect(renewed.version).not.toBe(seen.version);
      expect(await other.takeLease('a', 'two', seen)).toEqual(renewed);
      expect(await store.renewLease(renewed)).not.toBeNull();
    });

    test('that was released meanwhile is taken like a free one', async () => {
      const { store } = await withProfile();
      const seen = await store.takeLease('a', 'one', null);
      await store.releaseLease(seen);
      expect(await taken(store, 'a', 'two', seen)).not.toBeNull();
    });

    test('belongs to one profile', async () => {
      const { store } = await withProfile();
      expect(await taken(store, 'a', 'one')).not.toBeNull();
      expect(await taken(store, 'b', 'two')).not.toBeNull();
    });

    test('can be taken for a key that is no id of a profile', async () => {
      const { store, another } = await withProfile();
      const key = `voice:${'0123456789abcdef'.repeat(4)}`;
      const lease = present(await taken(store, key, 'one'));
      expect(await taken(await another(), key, 'two')).toBeNull();
      expect(await store.renewLease(lease)).toMatchObject({ key, owner: 'one' });
      expect(await taken(store, 'a', 'two')).not.toBeNull();
    });

    test('can be taken again by its owner, who may have lost the response, and others see a new version', async () => {
      const { store, another } = await withProfile();
      const first = await store.takeLease('a', 'one', null);
      const again = present(await taken(store, 'a', 'one'));
      expect(again.version).not.toBe(first.version);
      expect(await taken(await another(), 'a', 'two', first)).toBeNull();
      expect(await store.renewLease(again)).not.toBeNull();
    });

    test('that is free goes to one of twenty', async () => {
      const opened = await withProfile();
      const leases = await atOnce(opened, 20, (store, caller) => taken(store, 'a', `owner ${caller}`));
      expect(leases.filter((lease) => lease !== null)).toHaveLength(1);
    });

    test('that is not renewed goes to one of twenty', async () => {
      const opened = await withProfile();
      const dead = await opened.store.takeLease('a', 'dead', null);
      const leases = await atOnce(opened, 20, (store, caller) => taken(store, 'a', `owner ${caller}`, dead));
      expect(leases.filter((lease) => lease !== null)).toHaveLength(1);
    });

    test('is renewed by its owner, many times, each time to another version', async () => {
      const { store } = await withProfile();
      let lease = await store.takeLease('a', 'one', null);
      const versions = new Set([lease.version]);
      for (let times = 0; times < 4; times += 1) {
        lease = present(await store.renewLease(lease));
        expect(lease).toMatchObject({ key: 'a', owner: 'one' });
        versions.add(lease.version);
      }
      expect(versions.size).toBe(5);
    });

    test('that was taken over is not renewed, and releasing it does nothing', async () => {
      const { store } = await withProfile();
      const lost = await store.takeLease('a', 'one', null);
      const lease = present(await taken(store, 'a', 'two', lost));
      expect(await store.renewLease(lost)).toBeNull();
      await store.releaseLease(lost);
      expect(await taken(store, 'a', 'three')).toBeNull();
      expect(await store.renewLease(lease)).toMatchObject({ owner: 'two' });
    });

    test('that is released is free at once', async () => {
      const { store } = await withProfile();
      const lease = await store.takeLease('a', 'one', null);
      await store.releaseLease(lease);
      await store.releaseLease(lease);
      expect(await store.renewLease(lease)).toBeNull();
      expect(await taken(store, 'a', 'two')).not.toBeNull();
    });

    test('goes to one of many callers that renew it and take it over at once', async () => {
      const opened = await withProfile();
      const seen = await opened.store.takeLease('a', 'one', null);
      const leases = await atOnce(opened, 10, (store, caller) =>
        caller === 0 ? store.renewLease(seen) : taken(store, 'a', `owner ${caller}`, seen),
      );
      expect(leases.filter((lease) => lease !== null)).toHaveLength(1);
    });

    test('is lost when its profile is deleted', async () => {
      const { store } = await withProfile();
      const lease = await store.takeLease(topUpLeaseKey('a'), 'one', null);
      await store.deleteProfile('a');
      expect(await store.renewLease(lease)).toBeNull();
      await store.releaseLease(lease);
    });
  });

  describe('a dialog that is created under a lease', () => {
    test('is stored while the lease is held, renewed meanwhile or not', async () => {
      const { store } = await open();
      const words = await storedWords(store, 'a', 2);
      const lease = await store.takeLease('a', 'one', null);
      expect(await store.createDialog(sampleDialog(present(words[0])), held(lease))).toBe(true);
      await store.renewLease(lease);
      expect(await store.createDialog(sampleDialog(present(words[1])), held(lease))).toBe(true);
      expect(await store.unusedTotal('a')).toBe(2);
    });

    test('is not stored once another owner has the lease and the holder knows it', async () => {
      const { store } = await open();
      const [word] = await storedWords(store, 'a', 1);
      const lease = await store.takeLease('a', 'one', null);
      await store.takeLease('a', 'two', lease);
      const lost = AbortSignal.abort(new LeaseLost('it was taken over'));
      const creating = store.createDialog(sampleDialog(present(word)), held(lease, lost));
      await expect(creating).rejects.toThrow(LeaseLost);
      expect(await store.unusedTotal('a')).toBe(0);
    });
  });
}
