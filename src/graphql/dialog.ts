import type { Dialog, Turn } from '../model/dialog.ts';
import { audioUrl } from './audio-url.ts';
import { builder } from './builder.ts';
import { connectionArgs, connectionOf, connectionSize } from './connection.ts';
import { mutate } from './context.ts';
import { claimCount, claimKey, MAX_CLAIM } from './input.ts';
import { boundedNumber, listSize } from './list-size.ts';
import { ProfileRef } from './profile.ts';

const TurnRef = builder.objectRef<Turn>('Turn').implement({
  description: 'One utterance of a dialog.',
  fields: (t) => ({
    speaker: t.exposeString('speaker', { description: 'Who says it.' }),
    text: t.exposeString('text', { description: 'In the target language.' }),
    translation: t.exposeString('translation', { nullable: true, description: 'In the native language.' }),
    audioUrl: t.string({
      nullable: true,
      description: 'Where the turn can be heard, once it has been voiced.',
      resolve: ({ audio }, _, { baseUrl }) => (audio === null ? null : audioUrl(baseUrl, audio)),
    }),
  }),
});

export const DialogRef = builder.objectRef<Dialog>('Dialog').implement({
  description: 'A short conversation in which one word is used.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Unique within the profile.' }),
    turns: t.field({ type: [TurnRef], description: 'In the order spoken.', resolve: ({ turns }) => turns }),
    isUsed: t.exposeBoolean('isUsed', { description: 'Whether a learner has practised with it.' }),
    usedAt: t.expose('usedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was taken out of the pool; null while it is unused.',
    }),
    refVoiceId: t.exposeString('refVoiceId', {
      nullable: true,
      description: "The profile's reference voice at the time the dialog was made.",
    }),
    generator: t.exposeString('generator', {
      description: 'What wrote it, for example template/v1 or the name of a model.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was put into the pool.' }),
  }),
});

const dialogs = connectionOf('Dialog', DialogRef);

builder.objectFields(ProfileRef, (t) => ({
  dialog: t.field({
    type: DialogRef,
    nullable: true,
    description: 'One dialog of the profile; null where there is none with this id.',
    args: { id: t.arg.id({ required: true, description: 'The id of the dialog.' }) },
    resolve: ({ id: profileId }, { id: dialogId }, { loaders }) =>
      loaders.dialogs.load({ profileId, dialogId }),
  }),
  dialogs: t.field({
    type: dialogs.ref,
    description: "The profile's dialogs, oldest first.",
    extensions: connectionSize,
    args: {
      isUsed: t.arg.boolean({ description: 'Only used or only unused ones; both where left out.' }),
      ...connectionArgs(),
    },
    resolve: ({ id }, { isUsed, ...args }, { store, loaders }) =>
      dialogs.read(loaders, args, (page) => store.dialogPage(id, isUsed ?? null, page)),
  }),
}));

builder.mutationFields((t) => ({
  claimDialogs: t.field({
    type: [DialogRef],
    description:
      'Takes up to count unused dialogs out of the pool, oldest first. No dialog is ever handed to two callers. A caller that repeats its claimKey within a day gets the dialogs it was given before, and no others.',
    extensions: listSize(({ count }) => boundedNumber(count, { max: MAX_CLAIM, otherwise: 1 })),
    args: {
      profileId: t.arg.id({ required: true, description: 'The id of the profile.' }),
      count: t.arg.int({ description: '1 to 100; 1 if left out.', validate: claimCount.nullish() }),
      claimKey: t.arg.id({
        description:
          'Chosen by the caller for this claim, for example a UUID: 1 to 128 letters, digits, "_", "-" and "." that the profile has not used for another claim. If the response is lost, send the same request again. The count of the first request with the key decides. A claim that was given no dialogs is not remembered.',
        validate: claimKey.nullish(),
      }),
    },
    resolve: (_, { profileId, count, claimKey }, context) =>
      mutate(context, () => context.pool.claimDialogs(profileId, count ?? 1, claimKey ?? undefined)),
  }),
  markDialogUsed: t.field({
    type: DialogRef,
    description: 'Marks one dialog as used. Marking it again changes nothing.',
    args: {
      profileId: t.arg.id({ required: true, description: 'The id of the profile.' }),
      dialogId: t.arg.id({ required: true, description: 'The id of the dialog.' }),
    },
    resolve: (_, { profileId, dialogId }, context) =>
      mutate(context, () => context.pool.markDialogUsed(profileId, dialogId)),
  }),
}));
