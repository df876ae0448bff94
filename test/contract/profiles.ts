import { describe, expect, test } from 'vitest';
import { ProfileAlreadyExists, ProfileNotFound, TooManyProfiles } from '../../src/model/errors.ts';
import { topUpLeaseKey } from '../../src/ports/leases.ts';
import { atOnce, type OpenStore } from './opened-store.ts';
import {
  FOREIGN_IDS,
  HOSTILE_IDS,
  present,
  sampleDialog,
  sampleProfile,
  sampleWord,
  sampleWords,
  second,
  storedPool,
} from './samples.ts';

export function profileContract(open: OpenStore): void {
  describe('profiles', () => {
    test('are read as they were created, also through another store', async () => {
      const { store, another } = await open();
      const full = sampleProfile('full', {
        autoTopUp: true,
        maxCallsPerDay: 1_000_000,
        createdAt: new Date('2026-02-03T04:05:06.789Z'),
      });
      const bare = sampleProfile('bare', { level: null, refVoiceId: null, minDialogs: 0, maxCallsPerDay: 0 });
      await store.createProfile(full);
      await store.createProfile(bare);
      expect(await store.profiles(['full', 'bare'])).toEqual([full, bare]);
      expect(await (await another()).profiles(['full', 'bare'])).toEqual([full, bare]);
    });

    test('are read in the order of the ids, with repeated ids repeated and null for unknown ones', async () => {
      const { store } = await open();
      const [a, b] = [sampleProfile('a'), sampleProfile('b')];
      await store.createProfile(a);
      await store.createProfile(b);
      expect(await store.profiles(['b', 'none', 'a', 'b', 'A'])).toEqual([b, null, a, b, null]);
      expect(await store.profiles([])).toEqual([]);
    });

    test('are found by ids in every script, each by its exact spelling only', async () => {
      const { store } = await open();
      const profiles = FOREIGN_IDS.map((id) => sampleProfile(id));
      for (const profile of profiles) await store.createProfile(profile);
      expect(await store.profiles(FOREIGN_IDS)).toEqual(profiles);
    });

    test('are not found by ids that no store can keep', async () => {
      const { store } = await open();
      await store.createProfile(sampleProfile('a'));
      expect(await store.profiles(HOSTILE_IDS)).toEqual(HOSTILE_IDS.map(() => null));
      for (const id of HOSTILE_IDS) {
        await expect(store.updateProfile(id, { name: 'x' })).rejects.toThrow(ProfileNotFound);
        await expect(store.deleteProfile(id)).rejects.toThrow(ProfileNotFound);
        await expect(store.addWords(id, [sampleWord(id, 'x')])).rejects.toThrow(ProfileNotFound);
      }
    });

    test('are not found by their ids with invalid Unicode in them', async () => {
      const { store } = await open();
      await store.createProfile(sampleProfile('a\ufffd'));
      for (const id of ['a\ud800', 'a\udfff', 'a']) {
        expect(await store.profiles([id])).toEqual([null]);
        expect(await store.wordCounts([id])).toEqual([{ pending: 0, teaching: 0, learned: 0 }]);
        await expect(store.updateProfile(id, { name: 'x' })).rejects.toThrow(ProfileNotFound);
        await expect(store.deleteProfile(id)).rejects.toThrow(ProfileNotFound);
      }
      expect(await store.profiles(['a\ufffd'])).toEqual([sampleProfile('a\ufffd')]);
    });

    test('are created once, however many callers try', async () => {
      const opened = await open();
      const created = await atOnce(opened, 10, (store, caller) =>
        store.createProfile(sampleProfile('a', { name: `by ${caller}` })).then(
          () => caller,
          (error: unknown) => error,
        ),
      );
      const winners = created.filter((result) => typeof result === 'number');
      expect(winners).toHaveLength(1);
      for (const result of created)
        expect(typeof result === 'number' || result instanceof ProfileAlreadyExists).toBe(true);
      const [profile] = await opened.store.profiles(['a']);
      expect(profile?.name).toBe(`by ${winners[0]}`);
    });

    test('are created up to the limit of their owner, however many callers try', async () => {
      const opened = await open();
      const owned = (id: string) => sampleProfile(id, { ownerId: 'alice' });
      for (const id of ['other', 'none']) await opened.store.createProfile(sampleProfile(id));
      await opened.store.createProfile(sampleProfile('bob', { ownerId: 'bob' }), 1);
      await opened.store.createProfile(owned('a'));
      await opened.store.createProfile(owned('b'), 4);
      const created = await atOnce(opened, 6, (store, caller) =>
        store.createProfile(owned(`c${caller}`), 4).catch((error: unknown) => error),
      );
      const refused = created.filter((result) => result !== undefined);
      for (const result of refused) expect(result).toBeInstanceOf(TooManyProfiles);
      expect(refused.length).toBeGreaterThanOrEqual(4);
      const { nodes } = await opened.store.profilePage({ first: 100, after: null }, 'alice');
      expect(nodes).toHaveLength(2 + 6 - refused.length);
      while ((await opened.store.profilePage({ first: 100, after: null }, 'alice')).nodes.length < 4) {
        await opened.store.createProfile(owned(`d${Math.random()}`), 4);
      }
      for (const id of ['one more', 'a']) {
        await expect(opened.store.createProfile(owned(id), 4)).rejects.toThrow(TooManyProfiles);
      }
      await opened.store.deleteProfile('a');
      await opened.store.createProfile(owned('a'), 4);
      await opened.store.createProfile(owned('unlimited'));
    });

    test('change their owner', async () => {
      const { store } = await open();
      await store.createProfile(sampleProfile('a', { ownerId: 'älice|1 "\' --' }));
      expect(await store.profiles(['a'])).toMatchObject([{ ownerId: 'älice|1 "\' --' }]);
      expect(await store.updateProfile('a', { ownerId: 'bob' })).toMatchObject({ ownerId: 'bob' });
      expect(await store.updateProfile('a', { name: 'x' })).toMatchObject({ ownerId: 'bob' });
      expect(await store.updateProfile('a', { ownerId: null })).toMatchObject({ ownerId: null, name: 'x' });
      expect(await store.profilePage({ first: 9, after: null }, 'bob')).toMatchObject({ nodes: [] });
    });

    test('change in the named fields only', async () => {
      const { store } = await open();
      const profile = sampleProfile('a');
      await store.createProfile(profile);
      await store.createProfile(sampleProfile('b'));
      expect(await store.updateProfile('a', {})).toEqual(profile);
      const changed = await store.updateProfile('a', { name: 'Neue', level: null, minDialogs: 0 });
      expect(changed).toEqual({ ...profile, name: 'Neue', level: null, minDialogs: 0 });
      const again = await store.updateProfile('a', {
        nativeLanguage: 'de',
        targetLanguage: 'ja',
        refVoiceId: null,
      });
      expect(again).toEqual({ ...changed, nativeLanguage: 'de', targetLanguage: 'ja', refVoiceId: null });
      const limited = await store.updateProfile('a', { autoTopUp: true, maxCallsPerDay: 0 });
      expect(limited).toEqual({ ...again, autoTopUp: true, maxCallsPerDay: 0 });
      const last = await store.updateProfile('a', { autoTopUp: false, maxCallsPerDay: null });
      expect(last).toEqual(again);
      expect(await store.profiles(['a', 'b'])).toEqual([last, sampleProfile('b')]);
    });

    test('keep the changes of all callers that change different fields at once', async () => {
      const opened = await open();
      await opened.store.createProfile(sampleProfile('a'));
      const changes = [
        { name: 'new' },
        { level: 'C2' },
        { minDialogs: 5 },
        { refVoiceId: 'v2' },
        { autoTopUp: true },
        { maxCallsPerDay: 40 },
      ] as const;
      await atOnce(opened, changes.length, (store, caller) =>
        store.updateProfile('a', { ...changes[caller] }),
      );
      expect(await opened.store.profiles(['a'])).toEqual([sampleProfile('a', Object.assign({}, ...changes))]);
    });

    test('that are unknown cannot be changed', async () => {
      const { store } = await open();
      await expect(store.updateProfile('none', { name: 'x' })).rejects.toThrow(ProfileNotFound);
      await expect(store.updateProfile('none', {})).rejects.toThrow(ProfileNotFound);
      expect(await store.profiles(['none'])).toEqual([null]);
    });

    test('are deleted with their words, dialogs and lease, and no others', async () => {
      const { store } = await open();
      const [gone, used] = (await storedPool(store, 'a', 4)).map(present);
      const kept = await storedPool(store, 'b', 2);
      await store.markDialogUsed('a', present(used).id, second(9));
      const lease = await store.takeLease(topUpLeaseKey('a'), 'before', null);

      await store.deleteProfile('a');
      expect(await store.profiles(['a', 'b'])).toEqual([null, sampleProfile('b')]);
      await expect(store.deleteProfile('a')).rejects.toThrow(ProfileNotFound);

      await store.createProfile(sampleProfile('a'));
      const all = { first: 100, after: null };
      expect(await store.wordPage('a', null, all)).toEqual({ nodes: [], hasNextPage: false });
      expect(await store.dialogPage('a', null, all)).toEqual({ nodes: [], hasNextPage: false });
      expect(await store.wordCounts(['a'])).toEqual([{ pending: 0, teaching: 0, learned: 0 }]);
      expect(await store.dialogCounts(['a', 'b'])).toEqual([
        { unused: 0, used: 0 },
        { unused: 2, used: 0 },
      ]);
      expect(await store.dialogs([{ profileId: 'a', dialogId: present(gone).id }])).toEqual([null]);
      expect((await store.dialogPage('b', null, all)).nodes).toEqual(kept);
      expect(await store.renewLease(lease)).toBeNull();
      // It is free, or it is taken over because it is not renewed.
      const seen = await store.takeLease(topUpLeaseKey('a'), 'after', null);
      expect(await store.takeLease(topUpLeaseKey('a'), 'after', seen)).toMatchObject({ owner: 'after' });
    });

    test('that were deleted and created again are filled like new ones', async () => {
      const { store } = await open();
      await storedPool(store, 'a', 3);
      await store.deleteProfile('a');
      await store.createProfile(sampleProfile('a'));
      const words = sampleWords('a', 3);
      expect(await store.addWords('a', words)).toEqual({ added: words, existing: [] });
      const word = present(words[0]);
      expect(await store.createDialog(sampleDialog(word))).toBe(true);
      expect(await store.unusedTotal('a')).toBe(1);
    });

    test('with 60 words and 60 dialogs are deleted completely', async () => {
      const { store } = await open();
      await storedPool(store, 'a', 60);
      await store.deleteProfile('a');
      await store.createProfile(sampleProfile('a'));
      expect(await store.wordCounts(['a'])).toEqual([{ pending: 0, teaching: 0, learned: 0 }]);
      expect(await store.dialogCounts(['a'])).toEqual([{ unused: 0, used: 0 }]);
    });
  });
}
