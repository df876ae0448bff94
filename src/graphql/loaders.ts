import DataLoader from 'dataloader';
import type { Reads } from '../access/services.ts';
import { nextTurn } from '../concurrency/fair-turns.ts';
import type { Dialog, DialogCounts } from '../model/dialog.ts';
import type { Learning, LearningVersion } from '../model/learning.ts';
import type { Profile } from '../model/profile.ts';
import type { TopUpRecord } from '../model/top-up-record.ts';
import { utcDay } from '../model/utc-day.ts';
import type { Word, WordCounts } from '../model/word.ts';
import type { Clock } from '../ports/clock.ts';
import type { DialogKey } from '../ports/dialogs.ts';
import type { LearningVersionKey } from '../ports/reviews.ts';
import type { TopUpKey } from '../ports/top-ups.ts';
import type { WordKey } from '../ports/words.ts';

/** The most keys in one query. A list of 1,000 words is read in ten turns of the event loop. */
const MAX_BATCH = 100;

/** Reads by key. The reads that the fields of a request ask for at the same time are batched into one store query. */
export interface Loaders {
  readonly profiles: DataLoader<string, Profile | null>;
  readonly words: DataLoader<WordKey, Word | null, string>;
  readonly dialogs: DataLoader<DialogKey, Dialog | null, string>;
  readonly unusedDialogs: DataLoader<WordKey, Dialog | null, string>;
  readonly wordCounts: DataLoader<string, WordCounts>;
  readonly dialogCounts: DataLoader<string, DialogCounts>;
  readonly voicedTotals: DataLoader<string, number>;
  readonly topUps: DataLoader<TopUpKey, TopUpRecord | null, string>;
  readonly callsToday: DataLoader<string, number>;
  readonly currentTopUps: DataLoader<string, TopUpRecord | null>;
  readonly learnings: DataLoader<string, Learning | null>;
  readonly learningVersions: DataLoader<LearningVersionKey, LearningVersion | null, string>;
}

export function createLoaders(store: Reads, clock: Clock): Loaders {
  const owner = {};
  function loader<Key, Value, CacheKey = Key>(
    read: (keys: readonly Key[]) => Promise<Value[]>,
    cacheKeyFn?: (key: Key) => CacheKey,
  ): DataLoader<Key, Value, CacheKey> {
    const inTurn = (keys: readonly Key[]) => {
      const turn = nextTurn(owner);
      return turn ? turn.then(() => read(keys)) : read(keys);
    };
    return new DataLoader(inTurn, { maxBatchSize: MAX_BATCH, ...(cacheKeyFn && { cacheKeyFn }) });
  }
  return {
    profiles: loader((ids) => store.profiles(ids)),
    words: loader((keys) => store.words(keys), wordCacheKey),
    dialogs: loader(
      (keys) => store.dialogs(keys),
      ({ profileId, dialogId }) => `${profileId}\0${dialogId}`,
    ),
    unusedDialogs: loader((keys) => store.unusedDialogs(keys), wordCacheKey),
    wordCounts: loader((profileIds) => store.wordCounts(profileIds)),
    dialogCounts: loader((profileIds) => store.dialogCounts(profileIds)),
    voicedTotals: loader((profileIds) => store.voicedTotals(profileIds)),
    topUps: loader(
      (keys) => store.topUpRecords(keys),
      ({ profileId, topUpId }) => `${profileId}\0${topUpId}`,
    ),
    callsToday: loader((profileIds) => {
      const day = utcDay(clock.now());
      return store.callsOn(profileIds.map((profileId) => ({ profileId, day })));
    }),
    currentTopUps: loader((profileIds) => store.currentTopUps(profileIds)),
    learnings: loader((profileIds) => store.learnings(profileIds)),
    learningVersions: loader(
      (keys) => store.learningVersions(keys),
      ({ profileId, version }) => `${profileId}\0${version}`,
    ),
  };
}

function wordCacheKey({ profileId, wordId }: WordKey): string {
  return `${profileId}\0${wordId}`;
}
