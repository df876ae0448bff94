import { z } from 'zod';
import type { Word, WordState } from '../model/word.ts';
import type { AddedWords } from '../words/word-service.ts';
import { builder } from './builder.ts';
import { connectionArgs, connectionOf, connectionSize } from './connection.ts';
import { mutate } from './context.ts';
import { DialogRef } from './dialog.ts';
import { upTo1000, wordText, wordTranslation } from './input.ts';
import { entriesOf, listSize } from './list-size.ts';
import { ProfileRef } from './profile.ts';

const WordStateRef = builder.enumType('WordState', {
  description: 'How far a word has come.',
  values: {
    PENDING: { value: 'pending', description: 'Waits to be taught.' },
    TEACHING: { value: 'teaching', description: 'Is being learned: gets dialogs first.' },
    LEARNED: { value: 'learned', description: 'Is known: gets no more dialogs.' },
  } as const satisfies Record<Uppercase<WordState>, { value: WordState; description: string }>,
});

export const WordRef = builder.objectRef<Word>('Word').implement({
  description: 'A word or short phrase that the learner is to learn.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Unique within the profile.' }),
    text: t.exposeString('text', { description: 'In the target language, as it was added.' }),
    translation: t.exposeString('translation', { nullable: true, description: 'In the native language.' }),
    state: t.expose('state', { type: WordStateRef, description: 'How far the word has come.' }),
    unusedDialog: t.field({
      type: DialogRef,
      nullable: true,
      description: "The word's unused dialog, if it has one. Never more than one.",
      resolve: ({ profileId, id }, _, { loaders }) => loaders.unusedDialogs.load({ profileId, wordId: id }),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the word was added.' }),
  }),
});

const words = connectionOf('Word', WordRef);

builder.objectField(DialogRef, 'word', (t) =>
  t.field({
    type: WordRef,
    nullable: true,
    description: 'The word it was made for. Null where the word has been removed since.',
    resolve: ({ profileId, wordId: id }, _, { loaders }) => loaders.words.load({ profileId, wordId: id }),
  }),
);

builder.objectFields(ProfileRef, (t) => ({
  word: t.field({
    type: WordRef,
    nullable: true,
    description: 'One word of the profile; null where there is none with this id.',
    args: { id: t.arg.id({ required: true, description: 'The id of the word.' }) },
    resolve: ({ id: profileId }, { id }, { loaders }) => loaders.words.load({ profileId, wordId: id }),
  }),
  words: t.field({
    type: words.ref,
    description: "The profile's words, oldest first.",
    extensions: connectionSize,
    args: {
      states: t.arg({
        type: [WordStateRef],
        description: 'Only words in one of these states; all where left out, none where empty.',
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
          'In the target language, 1 to 200 characters, none of them invisible unless its writing needs it.',
      })
      .validate(wordText),
    translation: t
      .string({ description: 'In the native language, 1 to 500 characters.' })
      .validate(wordTranslation.nullish()),
    state: t.field({ type: WordStateRef, description: 'PENDING where left out.' }),
  }),
});

const AddWordsPayload = builder.objectRef<AddedWords>('AddWordsPayload').implement({
  description: 'What became of the words, each list in the order given.',
  fields: (t) => ({
    added: t.field({
      type: [WordRef],
      description: 'Words that are new to the profile.',
      resolve: ({ added }) => added,
    }),
    existing: t.field({
      type: [WordRef],
      description:
        'Words that the profile already had, matched by text without regard to case or Unicode form. They stay as they are.',
      resolve: ({ existing }) => existing,
    }),
  }),
});

const wordIds = upTo1000(z.string());

builder.mutationFields((t) => ({
  addWords: t.field({
    type: AddWordsPayload,
    description: 'Adds words to a profile. A word given twice is added once.',
    extensions: listSize(({ words }) => entriesOf(words), ['added', 'existing']),
    args: {
      profileId: t.arg.id({ required: true, description: 'The id of the profile.' }),
      words: t.arg({
        type: [WordInput],
        required: true,
        description: 'Up to 1,000.',
        validate: upTo1000(z.unknown()),
      }),
    },
    resolve: (_, { profileId, words: inputs }, context) =>
      mutate(context, () => context.words.addWords(profileId, inputs)),
  }),
  setWordState: t.field({
    type: [WordRef],
    description:
      'Sets the state of words. WORD_NOT_FOUND where one is not there, and none is changed. Where it fails in the middle, on a store that cannot change all at once, some may be changed: sending it again changes the rest.',
    extensions: listSize((args) => entriesOf(args.wordIds)),
    args: {
      profileId: t.arg.id({ required: true, description: 'The id of the profile.' }),
      wordIds: t.arg.idList({ required: true, description: 'Up to 1,000.', validate: wordIds }),
      state: t.arg({ type: WordStateRef, required: true, description: 'The state they are to be in.' }),
    },
    resolve: (_, { profileId, wordIds: ids, state }, context) =>
      mutate(context, () => context.words.setWordState(profileId, ids, state)),
  }),
  removeWords: t.idList({
    description:
      'Removes words with their unused dialogs, and returns the ids removed. Ids that are not there are passed over.',
    extensions: listSize((args) => entriesOf(args.wordIds)),
    args: {
      profileId: t.arg.id({ required: true, description: 'The id of the profile.' }),
      wordIds: t.arg.idList({ required: true, description: 'Up to 1,000.', validate: wordIds }),
    },
    resolve: (_, { profileId, wordIds: ids }, context) =>
      mutate(context, () => context.words.removeWords(profileId, ids)),
  }),
}));
