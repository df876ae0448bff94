import type { Profile } from '../model/profile.ts';
import type { WordCounts } from '../model/word.ts';
import { builder } from './builder.ts';
import { ProfileRef } from './profile.ts';

const WordCountsRef = builder.objectRef<WordCounts>('WordCounts').implement({
  description: 'How many words of a profile are in each state.',
  fields: (t) => ({
    pending: t.exposeInt('pending', { description: 'Waiting to be taught.' }),
    teaching: t.exposeInt('teaching', { description: 'Being learned.' }),
    learned: t.exposeInt('learned', { description: 'Known.' }),
  }),
});

/** A profile's pool is the profile seen from its dialogs: each count is read when a field asks for it. */
const PoolRef = builder.objectRef<Profile>('Pool').implement({
  description: "The state of a profile's pool, counted in the store.",
  fields: (t) => ({
    unusedTotal: t.int({
      description: 'Dialogs that wait for a learner.',
      resolve: async ({ id }, _, { loaders }) => (await loaders.dialogCounts.load(id)).unused,
    }),
    usedTotal: t.int({
      description: 'Dialogs that have been taken out of the pool.',
      resolve: async ({ id }, _, { loaders }) => (await loaders.dialogCounts.load(id)).used,
    }),
    voicedTotal: t.int({
      description: 'Dialogs that wait for a learner and can be heard, every turn of them.',
      resolve: ({ id }, _, { loaders }) => loaders.voicedTotals.load(id),
    }),
    min: t.int({ description: "The profile's minDialogs.", resolve: ({ minDialogs }) => minDialogs }),
    shortfall: t.int({
      description: 'How many unused dialogs are missing to min; 0 where none are.',
      resolve: async ({ id, minDialogs }, _, { loaders }) =>
        Math.max(0, minDialogs - (await loaders.dialogCounts.load(id)).unused),
    }),
    wordCounts: t.field({
      type: WordCountsRef,
      description: 'The words that the pool is made from.',
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
