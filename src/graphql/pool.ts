import type { Profile } from '../model/profile.ts';
import type { WordCounts } from '../model/word.ts';
import { builder } from './builder.ts';
import { ProfileRef } from './profile.ts';

const WordCountsRef = builder.objectRef<WordCounts>('WordCounts').implement({
  description: 'How many words a profile has in each state.',
  fields: (t) => ({
    pending: t.exposeInt('pending', { description: 'Words that wait to be taught.' }),
    teaching: t.exposeInt('teaching', { description: 'Words that are being learned.' }),
    learned: t.exposeInt('learned', { description: 'Words that the learner knows.' }),
  }),
});

/** `Pool` is resolved from the profile. Each count is read from the store only if its field is selected. */
export const PoolRef = builder.objectRef<Profile>('Pool').implement({
  description:
    "The state of a profile's pool: its practice dialogs, made in advance. The totals are counted in the store.",
  fields: (t) => ({
    unusedTotal: t.int({
      description: 'Unused dialogs: those that can be claimed.',
      resolve: ({ id }, _, { loaders }) => loaders.dialogCounts.load(id).then(({ unused }) => unused),
    }),
    usedTotal: t.int({
      description: 'Used dialogs: those that have been claimed or marked as used.',
      resolve: ({ id }, _, { loaders }) => loaders.dialogCounts.load(id).then(({ used }) => used),
    }),
    voicedTotal: t.int({
      description: 'Unused dialogs of which every turn has a recording.',
      resolve: ({ id }, _, { loaders }) => loaders.voicedTotals.load(id),
    }),
    callsToday: t.int({
      description:
        'Paid calls that were made for the profile on the present UTC day, by all servers together. `Profile.maxCallsPerDay` limits them. Without a limit, a call is counted a moment after it has ended.',
      resolve: ({ id }, _, { loaders }) => loaders.callsToday.load(id),
    }),
    min: t.int({
      description: "The number of unused dialogs that the pool should have: the profile's `minDialogs`.",
      resolve: ({ minDialogs }) => minDialogs,
    }),
    shortfall: t.int({
      description: 'How many unused dialogs are missing to reach `min`. 0 if none are missing.',
      resolve: ({ id, minDialogs }, _, { loaders }) =>
        loaders.dialogCounts.load(id).then(({ unused }) => Math.max(0, minDialogs - unused)),
    }),
    wordCounts: t.field({
      type: WordCountsRef,
      description: "How many of the profile's words are in each state.",
      resolve: ({ id }, _, { loaders }) => loaders.wordCounts.load(id),
    }),
  }),
});

builder.objectField(ProfileRef, 'pool', (t) =>
  t.field({
    type: PoolRef,
    description: "The state of the profile's pool of dialogs.",
    resolve: (profile) => profile,
  }),
);
