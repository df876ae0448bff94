import type { Dialog, Turn } from '../model/dialog.ts';
import type { SelfCheck } from '../model/self-check.ts';
import type { WhenEmpty } from '../pool/claims.ts';
import type { VoicedDialogs } from '../voicing/voicing.ts';
import { audioUrl } from './audio-url.ts';
import { builder } from './builder.ts';
import { callsPerOperation } from './calls-per-operation.ts';
import { byAge, connectionArgs, connectionOf, connectionSize } from './connection.ts';
import { mutate } from './context.ts';
import { claimCount, claimKey, MAX_CLAIM } from './input.ts';
import { boundedNumber, listSize } from './list-size.ts';
import { ProfileRef } from './profile.ts';
import { type OfProfile, profileOf } from './profile-of.ts';

const TurnRef = builder.objectRef<Turn>('Turn').implement({
  description: 'One utterance of a dialog.',
  fields: (t) => ({
    speaker: t.exposeString('speaker', {
      description: 'The speaker, as the dialog names them, for example "A".',
    }),
    text: t.exposeString('text', { description: 'The utterance in the target language.' }),
    translation: t.exposeString('translation', {
      nullable: true,
      description: 'The utterance in the native language. Null if there is none.',
    }),
    audioUrl: t.string({
      nullable: true,
      description: 'The URL of the recording of this turn. Null until the turn has been voiced.',
      resolve: ({ audio }, _, { baseUrl }) => (audio === null ? null : audioUrl(baseUrl(), audio)),
    }),
  }),
});

const SelfCheckRef = builder.objectRef<SelfCheck>('SelfCheck').implement({
  description: 'What was seen of a dialog when it was created, without asking anyone.',
  fields: (t) => ({
    knownShare: t.exposeFloat('knownShare', {
      description:
        "The share of the dialog's words, other than the one that it is for, that the learner had learned by then, 0 to 1. The first 300 words of the dialog and 500 learned words are looked at.",
    }),
    targetUsed: t.exposeBoolean('targetUsed', {
      description: 'Whether the word that the dialog is for, or a form of it, is in the text.',
    }),
  }),
});

export const DialogRef = builder.objectRef<Dialog>('Dialog').implement({
  description: 'A short conversation that uses one word of the profile, for practice.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id of the dialog, unique within its profile.' }),
    profileId: t.exposeID('profileId', {
      description:
        'The id of the profile that the dialog belongs to. Caches need it beside `id`, which is unique within the profile only.',
    }),
    profile: t.field({
      type: ProfileRef,
      description:
        'The profile that the dialog belongs to. Select it on a mutation that returns dialogs, to see the pool after the mutation.',
      resolve: (dialog, _, context) => profileOf(dialog, context),
    }),
    turns: t.field({
      type: [TurnRef],
      description: 'The utterances, in the order in which they are spoken.',
      resolve: ({ turns }) => turns,
    }),
    isUsed: t.exposeBoolean('isUsed', {
      description: 'Whether the dialog has been taken out of the pool, by claimDialogs or markDialogUsed.',
    }),
    usedAt: t.expose('usedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the dialog was taken out of the pool. Null if it is unused.',
    }),
    refVoiceId: t.exposeString('refVoiceId', {
      nullable: true,
      description:
        'The reference voice that the profile had when the dialog was created. Null if it had none.',
    }),
    generator: t.exposeString('generator', {
      description: 'What wrote the dialog, for example "template/v2" or the name of a language model.',
    }),
    style: t.exposeString('style', {
      nullable: true,
      description:
        'How the dialog was meant to be written, for example "scene:market register:informal". Null if nothing was varied.',
    }),
    selfCheck: t.field({
      type: SelfCheckRef,
      nullable: true,
      description:
        'What was seen of the dialog when it was created. Null if it was not checked, which is so for dialogs of other programs and of earlier versions.',
      resolve: ({ selfCheck }) => selfCheck,
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'When the dialog was added to the pool.',
    }),
  }),
});

const dialogs = connectionOf('Dialog', DialogRef, byAge('dialog'));

builder.objectFields(ProfileRef, (t) => ({
  dialog: t.field({
    type: DialogRef,
    nullable: true,
    description: 'The dialog of this profile with the given id. Null if there is none.',
    args: { id: t.arg.id({ required: true, description: 'The id of the dialog.' }) },
    resolve: ({ id: profileId }, { id: dialogId }, { loaders }) =>
      loaders.dialogs.load({ profileId, dialogId }),
  }),
  dialogs: t.field({
    type: dialogs.ref,
    description: 'The dialogs of this profile, oldest first.',
    extensions: connectionSize(),
    args: {
      isUsed: t.arg.boolean({
        description:
          'True for used dialogs only, false for unused ones only. If it is left out, both are listed.',
      }),
      ...connectionArgs(),
    },
    resolve: ({ id }, { isUsed, ...args }, { store, loaders }) =>
      dialogs.read(loaders, args, (page) => store.dialogPage(id, isUsed ?? null, page)),
  }),
}));

const VoiceDialogsPayload = builder.objectRef<OfProfile<VoicedDialogs>>('VoiceDialogsPayload').implement({
  description: 'The result of voiceDialogs.',
  fields: (t) => ({
    voiced: t.exposeInt('voiced', { description: 'How many turns got a recording from this call.' }),
    silent: t.exposeInt('silent', {
      description: "How many turns of the profile's unused dialogs still have no recording.",
    }),
    profile: t.field({
      type: ProfileRef,
      description: 'The profile, as it is after the mutation.',
      resolve: (result, _, context) => profileOf(result, context),
    }),
  }),
});

const WhenEmptyRef = builder.enumType('WhenEmpty', {
  description: 'What claimDialogs does if the pool has no unused dialog.',
  values: {
    EMPTY: { description: 'It returns no dialog.' },
    WAIT: {
      description:
        'It starts a top-up of the pool to `minDialogs`, or joins the running one, and returns as soon as it gets a dialog. It returns no dialog if none could be created, or after 30 seconds. A word for which none could be written is not tried again for 10 seconds to 10 minutes; `ensureDialogs` tries it at once. A claim that waits counts as one of the 50 open streams that a learner or a reader can have.',
    },
  } satisfies Record<WhenEmpty, object>,
});

/** Each claim that waits may start a top-up. */
const WAITS_PER_OPERATION = 5;

builder.mutationFields((t) => ({
  claimDialogs: t.field({
    type: [DialogRef],
    description:
      'Takes up to `count` unused dialogs out of the pool, oldest first, and returns them. They are used from then on. If the pool has fewer, it returns those. If the profile has `autoTopUp` and fewer than `minDialogs` are left, a top-up starts in the background, also if the pool was empty. It does not start for a while after all words were tried in vain, nor, for an empty pool, shortly after a top-up has failed, was cancelled or has used up the calls of the day. No dialog is returned to two callers. A caller that repeats its `claimKey` within a day gets the same dialogs again, and no others.',
    extensions: {
      ...listSize(({ count }) => boundedNumber(count, { max: MAX_CLAIM, otherwise: 1 })),
      ...callsPerOperation(WAITS_PER_OPERATION, {
        counts: ({ whenEmpty }) => whenEmpty === 'WAIT',
        which: ' with whenEmpty: WAIT',
      }),
    },
    args: {
      profileId: t.arg.id({ required: true, description: 'The id of the profile.' }),
      count: t.arg.int({
        description: 'The largest number of dialogs to take, 1 to 100. The default is 1.',
        validate: claimCount.nullish(),
      }),
      whenEmpty: t.arg({
        type: WhenEmptyRef,
        description:
          'What to do if the pool has no unused dialog. The default is EMPTY. One operation can claim with WAIT at most five times.',
      }),
      claimKey: t.arg.id({
        description:
          'A key of your choice for this claim, for example a UUID: 1 to 128 letters, digits, "_", "-" and ".". Use another key for each claim of a profile. If the response is lost, or has no data because a later mutation of the operation has failed, claim with the same key again. The `count` of the first request with the key applies. A claim that returned no dialogs is not remembered.',
        validate: claimKey.nullish(),
      }),
    },
    resolve: (_, { profileId, count, claimKey, whenEmpty }, context) =>
      mutate(context, () =>
        context.pool.claimDialogs(profileId, {
          count: count ?? 1,
          claimKey: claimKey ?? undefined,
          whenEmpty: whenEmpty ?? undefined,
          caller: context.caller,
        }),
      ),
  }),
  markDialogUsed: t.field({
    type: DialogRef,
    description:
      'Marks a dialog as used, which takes it out of the pool. If it is already used, nothing changes. If the profile does not have it, the error is DIALOG_NOT_FOUND.',
    args: {
      profileId: t.arg.id({ required: true, description: 'The id of the profile.' }),
      dialogId: t.arg.id({ required: true, description: 'The id of the dialog.' }),
    },
    resolve: (_, { profileId, dialogId }, context) =>
      mutate(context, () => context.pool.markDialogUsed(profileId, dialogId)),
  }),
  voiceDialogs: t.field({
    type: VoiceDialogsPayload,
    description:
      "Records the turns of the profile's unused dialogs that have no recording, and responds when all of them have been tried. Dialogs without a reference voice get no recordings. If the server has no speech service, no dialog does.",
    args: { profileId: t.arg.id({ required: true, description: 'The id of the profile.' }) },
    resolve: async (_, { profileId }, context) => {
      const voiced = await mutate(context, () => context.voicing.voiceDialogs(profileId));
      return { ...voiced, profileId };
    },
  }),
}));
