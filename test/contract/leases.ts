import { describe, expect, test } from 'vitest';
import { atOnce, type OpenStore } from './opened-store.ts';
import { present, sampleProfile, second } from './samples.ts';

export function leaseContract(open: OpenStore): void {
  const withProfile: OpenStore = async () => {
    const opened = await open();
    await opened.store.createProfile(sampleProfile('a'));
    await opened.store.createProfile(sampleProfile('b'));
    return opened;
  };

  describe('a lease', () => {
    test('is taken by one owner, and refused to the others until it lapses', async () => {
      const { store, another } = await withProfile();
      const other = await another();
      const lease = present(await store.takeLease('a', 'one', second(0), second(60)));
      expect(lease).toMatchObject({ profileId: 'a', owner: 'one', until: second(60) });
      expect(await other.takeLease('a', 'two', second(1), second(61))).toBeNull();
      expect(await store.takeLease('a', 'two', new Date(second(60).getTime() - 1), second(99))).toBeNull();
      const taken = present(await other.takeLease('a', 'two', second(60), second(120)));
      expect(taken).toMatchObject({ profileId: 'a', owner: 'two', until: second(120) });
    });

    test('is of one profile', async () => {
      const { store } = await withProfile();
      expect(await store.takeLease('a', 'one', second(0), second(60))).not.toBeNull();
      expect(await store.takeLease('b', 'two', second(0), second(60))).not.toBeNull();
    });

    test('can be taken for a key that is no id of a profile', async () => {
      const { store, another } = await withProfile();
      const key = `voice:${'0123456789abcdef'.repeat(4)}`;
      const lease = present(await store.takeLease(key, 'one', second(0), second(60)));
      expect(await (await another()).takeLease(key, 'two', second(1), second(61))).toBeNull();
      expect(present(await store.renewLease(lease, second(90)))).toMatchObject({
        profileId: key,
        until: second(90),
      });
      expect(await store.takeLease('a', 'two', second(1), second(61))).not.toBeNull();
    });

    test('can be asked for again by its owner, who may not have got the answer', async () => {
      const { store } = await withProfile();
      await store.takeLease('a', 'one', second(0), second(60));
      const again = present(await store.takeLease('a', 'one', second(1), second(70)));
      expect(again).toMatchObject({ owner: 'one', until: second(70) });
      expect(await store.renewLease(again, second(80))).not.toBeNull();
    });

    test('that is free goes to one of twenty', async () => {
      const opened = await withProfile();
      const leases = await atOnce(opened, 20, (store, caller) =>
        store.takeLease('a', `owner ${caller}`, second(0), second(60)),
      );
      expect(leases.filter((lease) => lease !== null)).toHaveLength(1);
    });

    test('that has lapsed goes to one of twenty', async () => {
      const opened = await withProfile();
      await opened.store.takeLease('a', 'dead', second(0), second(60));
      const leases = await atOnce(opened, 20, (store, caller) =>
        store.takeLease('a', `owner ${caller}`, second(61), second(120)),
      );
      expect(leases.filter((lease) => lease !== null)).toHaveLength(1);
    });

    test('is prolonged by its owner, many times', async () => {
      const { store, another } = await withProfile();
      let lease = present(await store.takeLease('a', 'one', second(0), second(60)));
      for (const until of [90, 120, 150]) {
        lease = present(await store.renewLease(lease, second(until)));
        expect(lease).toMatchObject({ profileId: 'a', owner: 'one', until: second(until) });
      }
      const other = await another();
      expect(await other.takeLease('a', 'two', second(149), second(300))).toBeNull();
      expect(await other.takeLease('a', 'two', second(150), second(300))).not.toBeNull();
    });

    test('that was taken over is not prolonged, and giving it back does nothing', async () => {
      const { store } = await withProfile();
      const lost = present(await store.takeLease('a', 'one', second(0), second(60)));
      const lease = present(await store.takeLease('a', 'two', second(61), second(120)));
      expect(await store.renewLease(lost, second(500))).toBeNull();
      await store.releaseLease(lost);
      expect(await store.takeLease('a', 'three', second(62), second(130))).toBeNull();
      expect(await store.renewLease(lease, second(200))).toMatchObject({ owner: 'two', until: second(200) });
    });

    test('that is given back is free at once', async () => {
      const { store } = await withProfile();
      const lease = present(await store.takeLease('a', 'one', second(0), second(60)));
      await store.releaseLease(lease);
      await store.releaseLease(lease);
      expect(await store.renewLease(lease, second(90))).toBeNull();
      expect(await store.takeLease('a', 'two', second(1), second(61))).not.toBeNull();
    });

    test('goes to one of many who renew and take over at once', async () => {
      const opened = await withProfile();
      const lapsed = present(await opened.store.takeLease('a', 'one', second(0), second(60)));
      const leases = await atOnce(opened, 10, (store, caller) =>
        caller === 0
          ? store.renewLease(lapsed, second(200))
          : store.takeLease('a', `owner ${caller}`, second(61), second(200)),
      );
      expect(leases.filter((lease) => lease !== null)).toHaveLength(1);
    });

    test('goes with its profile', async () => {
      const { store } = await withProfile();
      const lease = present(await store.takeLease('a', 'one', second(0), second(60)));
      await store.deleteProfile('a');
      expect(await store.renewLease(lease, second(90))).toBeNull();
      await store.releaseLease(lease);
    });
  });
}
