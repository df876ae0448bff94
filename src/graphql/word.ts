import { z } from 'zod';
import type { Word, WordState } from '../model/word.ts';
import type { AddedWords } from '../words/word-service.ts';
import { builder } from './builder.ts';
import { byAge, connectionArgs, connectionOf, connectionSize } from './connection.ts';
import { mutate } from './context.ts';
import { DialogRef } from './dialog.ts';
import { wordList, wordText, wordTranslation } from './input.ts';
import { entriesOf, listSize } from './list-size.ts';
import { ProfileRef } from './profile.ts';
import { type OfProfile, profileOf } from './profile-of.ts';

const WordStateRef = builder.enumType('WordState', {
  description: 'How far the learner has come with a word.',
  values: {
    PENDING: {
      value: 'pending',
      description:
        'The word waits to be taught. It gets a dialog if the teaching words are not enough to fill the pool.',
    },
    TEACHING: {
      value: 'teaching',
      description: 'The word is being learned. It gets dialogs before pending words do.',
    },
    LEARNED: { value: 'learned', description: 'The learner knows the word. It gets no more dialogs.' },
  } as const satisfies Record<Uppercase<WordState>, { value: WordState; description: string }>,
});

export const WordRef = builder.objectRef<Word>('Word').implement({
  description: 'A word or a short phrase that the learner wants to learn.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id of the word, unique within its profile.' }),
    profileId: t.exposeID('profileId', {
      description:
        'The id of the profile that the word belongs to. Caches need it beside `id`, which is unique within the profile only.',
    }),
    profile: t.field({
      type: ProfileRef,
      description:
        'The profile that the word belongs to. Select it on a mutation that returns words, to see the pool after the mutation.',
      resolve: (word, _, context) => profileOf(word, context),
    }),
    text: t.exposeString('text', { description: 'The word in the target language, as it was added.' }),
    translation: t.exposeString('translation', {
      nullable: true,
      description: 'The word in the native language. Null if none was given.',
    }),
    state: t.expose('state', {
      type: WordStateRef,
      description: 'How far the learner has come with the word.',
    }),
    unusedDialog: t.field({
      type: DialogRef,
      nullable: true,
      description: "The word's unused dialog. Null if it has none. A word never has more than one.",
      resolve: ({ profileId, id }, _, { loaders }) => loaders.unusedDialogs.load({ profileId, wordId: id }),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the word was added.' }),
  }),
});

const words = connectionOf('Word', WordRef, byAge('word'));

builder.objectField(DialogRef, 'word', (t) =>
  t.field({
    type: WordRef,
    nullable: true,
    description: 'The word that the dialog was written for. Null if the word has been removed since.',
    resolve: ({ profileId, wordId: id }, _, { loaders }) => loaders.words.load({ profileId, wordId: id }),
  }),
);

builder.objectFields(ProfileRef, (t) => ({
  word: t.field({
    type: WordRef,
    nullable: true,
    description: 'The word of this profile with the given id. Null if there is none.',
    args: { id: t.arg.id({ required: true, description: 'The id of the word.' }) },
    resolve: ({ id: profileId }, { id }, { loaders }) => loaders.words.load({ profileId, wordId: id }),
  }),
  words: t.field({
    type: words.ref,
    description: 'The words of this profile, oldest first.',
    extensions: connectionSize(),
    args: {
      states: t.arg({
        type: [WordStateRef],
        description:
          'Only words in one of these states are listed. If it is left out, all words are; if it is empty, none are.',
      }),
      ...connectionArgs(),
    },
    resolve: ({ id }, { states, ...args }, { store, loaders }) =>
      words.read(loaders, args, (page) => store.wordPage(id, states ?? null, page)),
  }),
}));

const WordInput = builder.inputType('WordInput', {
  description: 'A word to add.',
  fields: (t) => ({
    text: t
      .string({
        required: true,
        description:
          'The word in the target language, 1 to 200 characters. Invisible characters are refused, except those that its writing system needs.',
      })
      .validate(wordText),
    translation: t
      .string({ description: 'The word in the native language, 1 to 500 characters.' })
      .validate(wordTranslation.nullish()),
    state: t.field({ type: WordStateRef, description: 'The state of the new word. The default is PENDING.' }),
  }),
});

const AddWordsPayload = builder.objectRef<OfProfile<AddedWords>>('AddWordsPayload').implement({
  description: 'The result of addWords. Both lists are in the order of the input.',
  fields: (t) => ({
    added: t.field({
      type: [WordRef],
      description: 'The words that were added to the profile.',
      resolve: ({ added }) => added,
    }),
    existing: t.field({
      type: [WordRef],
      description:
        'The words that the profile already had. They are matched by text, ignoring case and Unicode form, and are not changed.',
      resolve: ({ existing }) => existing,
    }),
    profile: t.field({
      type: ProfileRef,
      description: 'The profile, as it is after the mutation.',
      resolve: (result, _, context) => profileOf(result, context),
    }),
  }),
});

const wordIds = wordList(z.string());

builder.mutationFields((t) => ({
  addWords: t.field({
    type: AddWordsPayload,
    description: 'Adds words to a profile. A word that is given twice is added once.',
    extensions: listSize(({ words }) => entriesOf(words), ['added', 'existing']),
    args: {
      profileId: t.arg.id({ required: true, description: 'The id of the profile.' }),
      words: t.arg({
        type: [WordInput],
        required: true,
        description: 'The words to add, at most 1,000.',
        validate: wordList(z.unknown()),
      }),
    },
    resolve: async (_, { profileId, words: inputs }, context) => {
      const added = await mutate(context, () => context.words.addWords(profileId, inputs));
      return { ...added, profileId };
    },
  }),
  setWordState: t.field({
    type: [WordRef],
    description:
      'Sets the state of words and returns them. If the profile does not have one of the words, the error is WORD_NOT_FOUND and no word is changed. If the store fails halfway, some words may be changed; send the mutation again to change the others.',
    extensions: listSize((args) => entriesOf(args.wordIds)),
    args: {
      profileId: t.arg.id({ required: true, description: 'The id of the profile.' }),
      wordIds: t.arg.idList({
        required: true,
        description: 'The ids of the words, at most 1,000.',
        validate: wordIds,
      }),
      state: t.arg({ type: WordStateRef, required: true, description: 'The new state of the words.' }),
    },
    resolve: (_, { profileId, wordIds: ids, state }, context) =>
      mutate(context, () => context.words.setWordState(profileId, ids, state)),
  }),
  removeWords: t.idList({
    description:
      'Removes words with their unused dialogs, and returns the ids of the removed words. Used dialogs stay. Ids of words that the profile does not have are ignored.',
    extensions: listSize((args) => entriesOf(args.wordIds)),
    args: {
      profileId: t.arg.id({ required: true, description: 'The id of the profile.' }),
      wordIds: t.arg.idList({
        required: true,
        description: 'The ids of the words to remove, at most 1,000.',
        validate: wordIds,
      }),
    },
    resolve: (_, { profileId, wordIds: ids }, context) =>
      mutate(context, () => context.words.removeWords(profileId, ids)),
  }),
}));
