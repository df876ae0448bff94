import DataLoader from 'dataloader';
import type { Page } from '../model/page.ts';
import type { Profile } from '../model/profile.ts';
import type { Store } from '../ports/store.ts';
import type { Reads } from './services.ts';

/** The most profiles that are read by one query. */
const MAX_BATCH = 100;

/** The reads of a learner. */
export interface OwnedReads {
  readonly reads: Reads;
  /** Whether the learner owns the profile. False if there is no such profile. */
  owns(profileId: string): Promise<boolean>;
  /** Forgets which profiles the learner owns, so that they are read again. */
  refresh(): void;
}

/**
 * Reads of the profiles of one owner, for one request. Every other profile looks as if it did not exist. Each profile is
 * read once to see its owner, until `refresh` is called.
 */
export function ownedReads(store: Store, ownerId: string): OwnedReads {
  const isOwned = (profile: Profile | null) => profile?.ownerId === ownerId;
  const profiles = new DataLoader<string, Profile | null>(
    async (ids) => (await store.profiles(ids)).map((profile) => (isOwned(profile) ? profile : null)),
    { maxBatchSize: MAX_BATCH },
  );
  const owns = async (profileId: string) => (await profiles.load(profileId)) !== null;

  /** Reads the keys of owned profiles, and returns `missing` for all others. */
  async function byKey<Key, Value>(
    keys: readonly Key[],
    profileIdOf: (key: Key) => string,
    read: (keys: readonly Key[]) => Promise<Value[]>,
    missing: Value,
  ): Promise<Value[]> {
    const owned = await Promise.all(keys.map((key) => owns(profileIdOf(key))));
    const found = await read(keys.filter((_, index) => owned[index]));
    return owned.map((one) => (one ? (found.shift() ?? missing) : missing));
  }
  async function page<Node>(profileId: string, read: () => Promise<Page<Node>>): Promise<Page<Node>> {
    return (await owns(profileId)) ? read() : { nodes: [], hasNextPage: false };
  }
  const itsProfile = ({ profileId }: { readonly profileId: string }) => profileId;
  const itself = (profileId: string) => profileId;

  return {
    owns,
    refresh: () => void profiles.clearAll(),
    reads: {
      profiles: (ids) => Promise.all(ids.map((id) => profiles.load(id))),
      async profilePage(request) {
        const found = await store.profilePage(request, ownerId);
        for (const profile of found.nodes) profiles.prime(profile.id, profile);
        return found;
      },
      words: (keys) => byKey(keys, itsProfile, (owned) => store.words(owned), null),
      wordPage: (id, states, request) => page(id, () => store.wordPage(id, states, request)),
      wordCounts: (ids) =>
        byKey(ids, itself, (owned) => store.wordCounts(owned), { pending: 0, teaching: 0, learned: 0 }),
      dialogs: (keys) => byKey(keys, itsProfile, (owned) => store.dialogs(owned), null),
      dialogPage: (id, isUsed, request) => page(id, () => store.dialogPage(id, isUsed, request)),
      dialogCounts: (ids) => byKey(ids, itself, (owned) => store.dialogCounts(owned), { unused: 0, used: 0 }),
      unusedDialogs: (keys) => byKey(keys, itsProfile, (owned) => store.unusedDialogs(owned), null),
      voicedTotals: (ids) => byKey(ids, itself, (owned) => store.voicedTotals(owned), 0),
      topUpRecords: (keys) => byKey(keys, itsProfile, (owned) => store.topUpRecords(owned), null),
      topUpPage: (id, request) => page(id, () => store.topUpPage(id, request)),
      currentTopUps: (ids) => byKey(ids, itself, (owned) => store.currentTopUps(owned), null),
      learnings: (ids) => byKey(ids, itself, (owned) => store.learnings(owned), null),
      learningVersions: (keys) => byKey(keys, itsProfile, (owned) => store.learningVersions(owned), null),
      callsOn: (keys) => byKey(keys, itsProfile, (owned) => store.callsOn(owned), 0),
    },
  };
}
