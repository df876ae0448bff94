import DataLoader from 'dataloader';
import type { Dialog, DialogCounts } from '../model/dialog.ts';
import type { Profile } from '../model/profile.ts';
import type { Word, WordCounts } from '../model/word.ts';
import type { DialogKey } from '../ports/dialogs.ts';
import type { Store } from '../ports/store.ts';
import type { WordKey } from '../ports/words.ts';

/** Reads by key, gathered while a request is being resolved: one query of the store for all fields that ask. */
export interface Loaders {
  readonly profiles: DataLoader<string, Profile | null>;
  readonly words: DataLoader<WordKey, Word | null, string>;
  readonly dialogs: DataLoader<DialogKey, Dialog | null, string>;
  readonly unusedDialogs: DataLoader<WordKey, Dialog | null, string>;
  readonly wordCounts: DataLoader<string, WordCounts>;
  readonly dialogCounts: DataLoader<string, DialogCounts>;
  readonly voicedTotals: DataLoader<string, number>;
}

export function createLoaders(store: Store): Loaders {
  return {
    profiles: new DataLoader((ids) => store.profiles(ids)),
    words: new DataLoader((keys) => store.words(keys), { cacheKeyFn: wordCacheKey }),
    dialogs: new DataLoader((keys) => store.dialogs(keys), {
      cacheKeyFn: ({ profileId, dialogId }) => `${profileId}\0${dialogId}`,
    }),
    unusedDialogs: new DataLoader((keys) => store.unusedDialogs(keys), { cacheKeyFn: wordCacheKey }),
    wordCounts: new DataLoader((profileIds) => store.wordCounts(profileIds)),
    dialogCounts: new DataLoader((profileIds) => store.dialogCounts(profileIds)),
    voicedTotals: new DataLoader((profileIds) => store.voicedTotals(profileIds)),
  };
}

function wordCacheKey({ profileId, wordId }: WordKey): string {
  return `${profileId}\0${wordId}`;
}
